// The faults that every change has to survive, short and once: real processes behind the proxy, and the checker.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportMissing } from '#runtime/testing/missing.ts'
import type { Fault } from './fault.ts'
import { swallowedCommit } from './faults/database.ts'
import { zombie } from './faults/freezes.ts'
import { copies, poison } from './faults/inputs.ts'
import { killedWorker } from './faults/kills.ts'
import { flushedRedis, killedRedis } from './faults/redis.ts'
import { inSequence } from './faults/several.ts'
import { runFault } from './run.ts'
import { hasRedis } from './stage/redis.ts'
import { createStage, type Stage } from './stage/stage.ts'

if (!hasRedis()) reportMissing('redis', 'redis-server not found (install the Debian package)')

/** Other tests run beside this one: what is right is not a matter of patience, what is quick is. */
const PATIENCE = 6
const RATE = 12

describe.runIf(hasRedis())('two gateways, two workers, PostgreSQL and Redis behind a proxy', () => {
  let stage: Stage
  let run = 100
  beforeAll(async () => {
    stage = await createStage({ workers: 2 })
  })
  afterAll(() => stage?.close())

  const strike = async (...faults: Fault[]) => {
    run += 1
    const usual = { isShort: true, lengthMs: 1_500, patience: PATIENCE, rate: RATE, seed: run }
    const fault = { ...inSequence(faults), rate: RATE }
    return runFault(fault, { stage, run, ...usual })
  }
  const clean = { violations: [], hasLanded: true }

  it('I2 I4 I10 F4 F5: answers to COMMIT are swallowed, then Redis is emptied', async () => {
    expect(await strike(swallowedCommit, flushedRedis)).toMatchObject(clean)
  })

  it('I2 I3 F18 F20: poison, and a thousand copies of one message', async () => {
    expect(await strike(poison, copies)).toMatchObject(clean)
  })

  it('I5 I6 I8 I10 F6 F1 F9: Redis is gone, a worker is killed, another freezes and wakes', async () => {
    expect(await strike(killedRedis, killedWorker, zombie)).toMatchObject(clean)
  })
})
