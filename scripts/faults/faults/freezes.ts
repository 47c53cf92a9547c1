// Workers that stand still and wake again: past their lease, inside a transaction, with a batch under way, and around
// a send.

import { type Fault, pickWorker, type Scene, UNCERTAIN } from '../fault.ts'
import type { Moment, Session, Verdict } from '../proxy/postgres-link.ts'
import type { Member } from '../stage/member.ts'
import { LEASE_SECONDS } from '../stage/stage.ts'
import { sleep, waitFor } from '../stage/time.ts'

/** PostgreSQL cuts a transaction that does nothing for so long. */
const IDLE_MS = 5_000
const FROZEN_MS = { short: LEASE_SECONDS * 1000 + 2_500, long: 30_000 }
const AWAKE_MS = 2_000
const FIND_MS = 4_000

interface Frozen {
  /** Lets go what the proxy held back. */
  release(): void
  /** Woken as soon as others have its shards, before PostgreSQL cuts what it left open. */
  isBrief: boolean
}

type Freeze = (scene: Scene, worker: Member) => Promise<Frozen>

/** Wherever it happens to be. */
const anywhere: Freeze = async (_scene, worker) => {
  worker.signal('SIGSTOP')
  await Promise.resolve()
  return { release: () => {}, isBrief: false }
}

/** All of a batch is written but the COMMIT, which never leaves: its locks stay until PostgreSQL cuts it. */
const inside: Freeze = async (scene, worker) => {
  const session = await catchAt(worker, 'drop', (moment) => {
    return moment.phase === 'before' && moment.statement === 'commit' && isBatch(moment)
  })
  worker.signal('SIGSTOP')
  if (session) scene.count('frozen inside a transaction')
  return { release: () => {}, isBrief: false }
}

/** Its batch is on its way and reaches PostgreSQL when others have taken over: only the epoch can stop it. */
const underWay: Freeze = async (scene, worker) => {
  const session = await catchAt(worker, 'hold', ({ phase, statement }) => {
    return phase === 'before' && statement === 'lock_leases'
  })
  worker.signal('SIGSTOP')
  if (session) scene.count('frozen with a batch under way')
  return { release: () => session?.wire.release('up'), isBrief: true }
}

const WAYS: readonly { name: string; freeze: Freeze }[] = [
  { name: 'inside a transaction', freeze: inside },
  { name: 'with a batch under way', freeze: underWay },
  { name: 'anywhere', freeze: anywhere },
]

function isBatch({ session }: Moment): boolean {
  return session.transaction.some((name) => /^(consume|write_(snapshots|journal|steps))/.test(name))
}

/** Waits for the first message that the test takes and does this to it; null when none came in time. */
export async function catchAt(
  worker: Member,
  verdict: Verdict,
  test: (moment: Moment) => boolean,
): Promise<Session | null> {
  const { promise, resolve } = Promise.withResolvers<Session>()
  const stop = worker.postgres.watch((moment) => {
    if (!test(moment)) return null
    stop()
    resolve(moment.session)
    return verdict
  })
  const session = await Promise.race([promise, sleep(FIND_MS, null)])
  stop()
  return session
}

export const zombie: Fault = {
  id: 'F9',
  name: 'worker frozen past its lease',
  how: 'SIGSTOP until others own its shards, then SIGCONT: inside a transaction, with a batch under way, anywhere',
  evidence: ['workers frozen', 'takeovers', 'epochs moved on', 'refused or stepped down'],
  conditions: [
    'its shards are taken within lease + 5 s',
    'it drops them within 2 s of waking',
    'nothing of it is written afterwards',
  ],
  maxDelayMs: 15_000,
  allow: UNCERTAIN,
  inject: async (scene) => {
    const end = performance.now() + scene.lengthMs
    let turn = scene.chance.between(0, 1)
    const least = turn + 2
    do {
      const way = WAYS[turn % WAYS.length]
      turn += 1
      if (way) await freezeOnce(scene, way)
    } while (performance.now() < end || turn < least)
  },
}

async function freezeOnce(
  scene: Scene,
  { name, freeze }: { name: string; freeze: Freeze },
): Promise<void> {
  const worker = pickWorker(scene)
  const owner = worker.postgres.workerId()
  const mark = worker.output().length
  const before = await epochsOf(scene)
  scene.mark('begin', worker.name)
  const begun = performance.now()
  const { release, isBrief } = await freeze(scene, worker)
  scene.count('workers frozen')
  const stop = countRefusals(scene, worker)
  await untilTaken(scene, { name, owner })
  const total = scene.isShort ? FROZEN_MS.short : FROZEN_MS.long
  if (!isBrief) await sleep(Math.max(0, total - (performance.now() - begun)))
  scene.count('epochs moved on', await movedSince(scene, before))
  const epochs = await epochsOf(scene)
  worker.signal('SIGCONT')
  release()
  scene.mark('end', worker.name)
  await sleep(AWAKE_MS)
  stop()
  await inspectZombie(scene, { worker, owner, epochs })
  const said = worker.output().slice(mark)
  if (/lost shards|LEASE_LOST/.test(said)) scene.count('refused or stepped down')
  if (!isBrief) scene.count('refused or stepped down')
}

/** Its batches that were rolled back after the look at the epochs. */
function countRefusals(scene: Scene, worker: Member): () => void {
  return worker.postgres.watch(({ phase, statement, session }) => {
    if (phase === 'before' && statement === 'rollback' && session.transaction[0] === 'lock_leases')
      scene.count('refused by epoch')
    return null
  })
}

async function untilTaken(
  scene: Scene,
  { name, owner }: { name: string; owner: string },
): Promise<void> {
  const limit = (LEASE_SECONDS * 1000 + IDLE_MS + 1_000) * scene.patience
  const begun = performance.now()
  const isTaken = await waitFor(
    async () => ((await shardsOf(scene, owner)).size === 0 ? true : null),
    limit,
  )
  if (!isTaken)
    scene.complain(`the shards of a worker frozen ${name} were not taken in ${limit} ms`)
  else scene.count('takeovers')
  scene.atMost('longest takeover ms', Math.round(performance.now() - begun))
}

/** What it owned is not its own any more, unless it took it anew under a higher epoch. */
async function inspectZombie(
  scene: Scene,
  { worker, owner, epochs }: { worker: Member; owner: string; epochs: Map<number, number> },
): Promise<void> {
  if (!worker.isUp()) scene.complain(`${worker.name} did not survive its freeze`)
  const now = await shardsOf(scene, owner)
  const kept = [...now].filter(([shard, epoch]) => epoch <= (epochs.get(shard) ?? 0))
  if (kept.length > 0) scene.complain(`${worker.name} still owns ${kept.length} shards of before`)
}

async function shardsOf({ stage }: Scene, owner: string): Promise<Map<number, number>> {
  const rows = await stage.query<{ shard: number; epoch: number }>(OWNED, [owner])
  return new Map(rows.map(({ shard, epoch }) => [shard, epoch]))
}

export async function epochsOf({ stage }: Pick<Scene, 'stage'>): Promise<Map<number, number>> {
  const rows = await stage.query<{ shard: number; epoch: number }>(EPOCHS)
  return new Map(rows.map(({ shard, epoch }) => [shard, epoch]))
}

async function movedSince(scene: Scene, before: Map<number, number>): Promise<number> {
  const now = await epochsOf(scene)
  return [...now].filter(([shard, epoch]) => epoch > (before.get(shard) ?? 0)).length
}

const OWNED = 'select shard, epoch from shard_leases where owner = $1'
const EPOCHS = 'select shard, epoch from shard_leases'

/** A send counts as silent after this, in seconds; then its status is waited for. */
const SILENT_MS = 36_000

export const frozenSender: Fault = {
  id: 'F10',
  name: 'worker frozen around a send',
  how: 'SIGSTOP once it has claimed effects, before the provider has them or before it hears that the provider has',
  evidence: ['frozen before a send', 'frozen after a send'],
  conditions: ['the token of the frozen one is worth nothing when it wakes'],
  maxDelayMs: 75_000,
  allow: UNCERTAIN,
  rate: 15,
  inject: async (scene) => {
    for (const when of ['before', 'after'] as const) {
      const worker = pickWorker(scene)
      scene.mark('begin', worker.name)
      if (await freezeAtSend(scene, worker, when)) scene.count(`frozen ${when} a send`)
      await sleep(scene.isShort ? FROZEN_MS.short : SILENT_MS)
      scene.stage.provider.guard = () => null
      worker.signal('SIGCONT')
      scene.mark('end', worker.name)
      await sleep(2_000)
    }
  },
}

/** The door of the provider is where it can be seen that a send is under way. */
async function freezeAtSend(
  { stage }: Scene,
  worker: Member,
  when: 'before' | 'after',
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<true>()
  const freeze = (): void => {
    worker.signal('SIGSTOP')
    resolve(true)
  }
  let isDone = false
  if (when === 'before') {
    stage.provider.guard = ({ from }) => {
      if (isDone || from !== worker.name) return null
      isDone = true
      freeze()
      return 'reset before'
    }
  } else {
    stage.provider.onTaken = async ({ from }) => {
      if (isDone || from !== worker.name) return
      isDone = true
      freeze()
      await Promise.resolve()
    }
  }
  return Promise.race([promise, sleep(FIND_MS, false)])
}
