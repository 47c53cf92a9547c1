// Redis: emptied, killed, brought back old, full, frozen. It only carries, so nothing may be lost or doubled.

import { type Fault, NOTHING_LEFT, type Scene } from '../fault.ts'
import { sleep, waitFor } from '../stage/time.ts'
import { pidsOf } from './database.ts'

const EVERY_MS = { short: 800, long: 5_000 }

export const flushedRedis: Fault = {
  id: 'F5',
  name: 'Redis emptied',
  how: 'FLUSHALL again and again',
  evidence: ['times emptied'],
  conditions: ['nobody is started anew'],
  maxDelayMs: 15_000,
  allow: NOTHING_LEFT,
  inject: async (scene) => {
    const pids = pidsOf(scene)
    const end = performance.now() + scene.lengthMs
    do {
      await scene.stage.redis.command('FLUSHALL')
      scene.mark('strike', 'FLUSHALL')
      scene.count('times emptied')
      await sleep(scene.isShort ? EVERY_MS.short : EVERY_MS.long)
    } while (performance.now() < end)
    if (pidsOf(scene) !== pids) scene.complain('a process did not survive it')
  },
}

/** Beyond BullMQ's drain delay of 5 s, after which a worker of some releases stays silent for ever. */
const DOWN_MS = { short: 8_000, long: 30_000 }

export const killedRedis: Fault = {
  id: 'F6',
  name: 'Redis killed, back empty',
  how: 'SIGKILL to Redis, down longer than BullMQ waits for a job, then started empty',
  evidence: ['servers killed', 'taken while it was down', 'workers listening again'],
  conditions: ['webhooks are taken while it is down', 'nobody is started anew'],
  maxDelayMs: 15_000,
  allow: NOTHING_LEFT,
  inject: async (scene) => {
    const { stage } = scene
    const pids = pidsOf(scene)
    scene.mark('begin', 'redis')
    const mark = stage.history.records.length
    await stage.redis.kill()
    scene.count('servers killed')
    await sleep(scene.isShort ? DOWN_MS.short : DOWN_MS.long)
    const taken = stage.history.since(mark).filter(({ type }) => type === 'ok').length
    scene.count('taken while it was down', taken)
    await stage.redis.start('empty')
    scene.mark('end', 'redis')
    const listening = await untilListening(scene)
    scene.count('workers listening again', listening)
    if (listening < stage.workers.length) scene.complain('a worker does not listen to Redis again')
    if (pidsOf(scene) !== pids) scene.complain('a process did not survive it')
  },
}

const LISTENING_MS = 10_000

/** BullMQ's worker waits for a job with a blocking command; one that died silently does not. */
async function untilListening({ stage, patience }: Scene): Promise<number> {
  let blocked = 0
  await waitFor(async () => {
    const info = String(await stage.redis.command('INFO', 'clients').catch(() => ''))
    blocked = Number(/blocked_clients:(\d+)/.exec(info)?.[1] ?? 0)
    return blocked >= stage.workers.length ? true : null
  }, LISTENING_MS * patience)
  return blocked
}

export const oldRedis: Fault = {
  id: 'F7',
  name: 'Redis back old',
  how: 'Redis is saved under load, goes on, is killed, and comes back as it was saved, with jobs long done',
  evidence: ['servers brought back old', 'keys in the old memory'],
  conditions: ['nothing is sent for a job that was done', 'nobody is started anew'],
  maxDelayMs: 15_000,
  allow: NOTHING_LEFT,
  inject: async (scene) => {
    const { stage } = scene
    const pids = pidsOf(scene)
    const end = performance.now() + scene.lengthMs
    do {
      // Jobs pile up for a moment, so that what is saved holds some.
      await holdRedis(scene, 800)
      await stage.redis.keep()
      const keys = Number(await stage.redis.command('DBSIZE'))
      await sleep(3_000)
      scene.mark('begin', 'redis')
      await stage.redis.start('kept')
      scene.mark('end', 'redis')
      scene.count('servers brought back old')
      scene.count('keys in the old memory', keys)
      await sleep(3_000)
    } while (performance.now() < end)
    if (pidsOf(scene) !== pids) scene.complain('a process did not survive it')
  },
}

/** What Redis answers does not arrive for a while; what it is told does. */
async function holdRedis({ stage }: Scene, milliseconds: number): Promise<void> {
  for (const { redis } of stage.workers) redis.hold('down')
  await sleep(milliseconds)
  for (const { redis } of stage.workers) redis.heal()
}

const FROZEN_MS = { short: 5_000, long: 30_000 }
const ACK_P99_MS = 300

export const fullRedis: Fault = {
  id: 'F8',
  name: 'Redis full, then frozen',
  how: 'maxmemory below what is used with noeviction, then SIGSTOP',
  evidence: ['times full', 'times frozen', 'taken meanwhile'],
  conditions: ['webhooks are answered within 300 ms at p99', 'nobody is started anew'],
  maxDelayMs: 15_000,
  allow: NOTHING_LEFT,
  inject: async (scene) => {
    const { stage } = scene
    const pids = pidsOf(scene)
    const mark = stage.history.records.length
    const length = Math.min(scene.isShort ? FROZEN_MS.short : FROZEN_MS.long, scene.lengthMs)
    scene.mark('begin', 'full')
    await stage.redis.command('CONFIG', 'SET', 'maxmemory', '1')
    scene.count('times full')
    await sleep(length)
    await stage.redis.command('CONFIG', 'SET', 'maxmemory', '0')
    scene.mark('end', 'full')
    await sleep(2_000)
    scene.mark('begin', 'frozen')
    process.kill(stage.redis.pid(), 'SIGSTOP')
    scene.count('times frozen')
    await sleep(length)
    process.kill(stage.redis.pid(), 'SIGCONT')
    scene.mark('end', 'frozen')
    const taken = stage.history.since(mark).filter((record) => record.type === 'ok')
    scene.count('taken meanwhile', taken.length)
    const p99 = percentile(
      taken.map(({ ms }) => ms),
      0.99,
    )
    scene.atMost('ack p99 ms', p99)
    if (!scene.isShort && p99 > ACK_P99_MS * scene.patience)
      scene.complain(`webhooks took ${p99} ms at p99`)
    if (pidsOf(scene) !== pids) scene.complain('a process did not survive it')
  },
}

export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
