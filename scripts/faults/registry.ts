// Every fault, in the order of its number.

import type { Fault } from './fault.ts'
import { wrongClock } from './faults/clock.ts'
import { exhaustedPool, killedPostgres, lateCommit, swallowedCommit } from './faults/database.ts'
import { fullDisk, slowDisk } from './faults/disk.ts'
import { frozenSender, zombie } from './faults/freezes.ts'
import { copies, hugeInputs, poison } from './faults/inputs.ts'
import { deploy, killedGateway, killedWorker } from './faults/kills.ts'
import { notices, partition } from './faults/network.ts'
import { badProvider, wildStatuses } from './faults/provider.ts'
import { flushedRedis, fullRedis, killedRedis, oldRedis } from './faults/redis.ts'
import { createPairs } from './faults/several.ts'

/** Those that may strike at any time and beside each other. */
const MINGLING: readonly Fault[] = [
  killedWorker,
  killedGateway,
  killedPostgres,
  swallowedCommit,
  flushedRedis,
  killedRedis,
  fullRedis,
  zombie,
  partition,
  notices,
]

/** Those through which every worker lives on, so that its memory can be watched. */
export const SPARING: readonly Fault[] = MINGLING.filter((fault) => fault !== killedWorker)

export const FAULTS: readonly Fault[] = [
  killedWorker,
  killedGateway,
  killedPostgres,
  swallowedCommit,
  flushedRedis,
  killedRedis,
  oldRedis,
  fullRedis,
  zombie,
  frozenSender,
  partition,
  slowDisk,
  fullDisk,
  wrongClock,
  exhaustedPool,
  badProvider,
  wildStatuses,
  poison,
  hugeInputs,
  copies,
  deploy,
  notices,
  createPairs(MINGLING),
  lateCommit,
]
