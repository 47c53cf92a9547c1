// Processes that are killed: workers in the middle of a batch and at named points of a transaction, gateways in a burst.

import { type Fault, pickWorker, type Scene, UNCERTAIN } from '../fault.ts'
import type { Member } from '../stage/member.ts'
import type { Moment } from '../proxy/postgres-link.ts'
import { sleep, waitFor } from '../stage/time.ts'

/** The hot path's own statements; what else a worker asks is no point of interest. */
const POINTS =
  /^(lock_|consume|write_|set_timers|clear_timers|settle|claim|dispatch|take_due|enqueue|commit$|begin$)/

/** Kills the worker when the next statement of that name passes; the message itself is lost with it. */
export async function killAt(
  scene: Scene,
  worker: Member,
  point: { phase: Moment['phase']; statement: string },
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<true>()
  const stop = worker.postgres.watch(({ phase, statement, session }) => {
    if (phase !== point.phase || statement !== point.statement) return null
    if (session.application !== 'fluxolab-work') return null
    worker.signal('SIGKILL')
    resolve(true)
    return 'drop'
  })
  const isHit = await Promise.race([promise, sleep(2_000, false)])
  stop()
  if (!isHit) return false
  scene.count('killed at a point')
  scene.count(`${point.phase} ${point.statement}`)
  return true
}

async function killOnce(scene: Scene): Promise<void> {
  const worker = pickWorker(scene)
  const owner = worker.postgres.workerId()
  const names = [...worker.postgres.statements()].filter((name) => POINTS.test(name))
  const statement = scene.chance.happens(0.3) ? 'commit' : scene.chance.pick(names)
  const phase = scene.chance.pick(['before', 'after'] as const)
  // What it asks seldom may not come in time; a COMMIT always does.
  const isHit =
    (await killAt(scene, worker, { phase, statement })) ||
    (await killAt(scene, worker, { phase, statement: 'commit' }))
  if (!isHit) worker.signal('SIGKILL')
  scene.mark('begin', worker.name)
  scene.count('workers killed')
  await worker.ended()
  await watchTakeover(scene, owner)
  await worker.start()
  scene.mark('end', worker.name)
}

const TAKEOVER_MS = 12_000

/** The shards of the one that is gone come to others. */
async function watchTakeover(scene: Scene, owner: string): Promise<void> {
  const begun = performance.now()
  const limit = TAKEOVER_MS * scene.patience
  const isDone = await waitFor(async () => {
    const [row] = await scene.stage.query<{ count: number }>(LEFT, [owner])
    return row?.count === 0 ? true : null
  }, limit)
  const took = Math.round(performance.now() - begun)
  if (isDone === null) scene.complain(`the shards of ${owner} were not taken over in ${limit} ms`)
  else scene.count('takeovers')
  scene.atMost('longest takeover ms', took)
}

const LEFT = 'select count(*) as count from shard_leases where owner = $1'

export const killedWorker: Fault = {
  id: 'F1',
  name: 'worker killed',
  how: 'SIGKILL to a worker before or after a named statement or COMMIT of its, seen in the proxy',
  evidence: ['workers killed', 'killed at a point', 'takeovers'],
  conditions: ['another worker owns its shards within 12 s'],
  maxDelayMs: 15_000,
  allow: UNCERTAIN,
  inject: async (scene) => {
    const end = performance.now() + scene.lengthMs
    do {
      await killOnce(scene)
      if (!scene.isShort) await sleep(1_000)
    } while (performance.now() < end)
  },
}

export const killedGateway: Fault = {
  id: 'F2',
  name: 'gateway killed',
  how: 'SIGKILL to a gateway under load, again and again',
  evidence: ['gateways killed', 'requests without an answer'],
  conditions: ['who sends gets a reset or 2xx, and every 2xx is kept'],
  maxDelayMs: 5_000,
  allow: UNCERTAIN,
  rate: 60,
  inject: async (scene) => {
    const { stage, chance } = scene
    const end = performance.now() + scene.lengthMs
    const mark = stage.history.records.length
    do {
      const gateway = chance.pick(stage.gateways)
      scene.mark('begin', gateway.name)
      gateway.signal('SIGKILL')
      scene.count('gateways killed')
      await gateway.ended()
      await gateway.start()
      scene.mark('end', gateway.name)
      await sleep(chance.between(500, 1_500))
    } while (performance.now() < end)
    const lost = stage.history.since(mark).filter(({ type }) => type === 'unknown')
    scene.count('requests without an answer', lost.length)
  },
}

const EXIT_MS = 15_000
const HAND_OVER_MS = 2_000

export const deploy: Fault = {
  id: 'F23',
  name: 'deploy',
  how: 'SIGTERM to every process one by one, each started anew',
  evidence: ['processes stopped', 'hand-overs'],
  conditions: [
    'no request fails twice',
    'leases are handed over within 2 s',
    'every process ends with 0 within 15 s',
  ],
  maxDelayMs: 3_000,
  allow: { uncertain: false, dead: false },
  inject: async (scene) => {
    const { stage } = scene
    const mark = stage.history.records.length
    for (const member of [...stage.gateways, ...stage.workers]) {
      scene.mark('begin', member.name)
      const begun = performance.now()
      member.signal('SIGTERM')
      if (member.role === 'worker') await watchHandOver(scene, begun)
      const code = await Promise.race([
        member.ended(),
        sleep(EXIT_MS * scene.patience, 'not at all'),
      ])
      if (code !== 0) scene.complain(`${member.name} ended with ${code}`)
      scene.count('processes stopped')
      await member.start()
      scene.mark('end', member.name)
      await sleep(500)
    }
    for (const key of failedTwice(scene, mark)) scene.complain(`${key} failed twice`)
  },
}

async function watchHandOver(scene: Scene, begun: number): Promise<void> {
  const limit = HAND_OVER_MS * scene.patience
  const isDone = await waitFor(
    async () => {
      const [row] = await scene.stage.query<{ owned: number; orphans: number }>(HANDED_OVER)
      return row?.owned === scene.stage.workers.length - 1 && row.orphans === 0 ? true : null
    },
    limit,
    25,
  )
  if (isDone) scene.count('hand-overs')
  else scene.complain(`leases were not handed over within ${limit} ms`)
  scene.atMost('longest hand-over ms', Math.round(performance.now() - begun))
}

const HANDED_OVER = `select count(distinct owner) as owned, count(*) filter (where owner is null) as orphans
  from shard_leases`

function failedTwice({ stage }: Scene, mark: number): string[] {
  return stage.history.since(mark).flatMap((record) => {
    const isFailure = record.type === 'fail' || record.type === 'unknown'
    return isFailure && record.attempt === 2 ? [record.key] : []
  })
}
