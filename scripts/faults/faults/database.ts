// PostgreSQL: killed, its commit's answers swallowed, its connections used up, a commit that comes late.

import pg from 'pg'
import { type Fault, NOTHING_LEFT, type Scene, UNCERTAIN } from '../fault.ts'
import { phonePrefix } from '../load/generator.ts'
import { sleep, waitFor } from '../stage/time.ts'

/** A gateway that cannot reach the database says so within this time. */
const ANSWER_MS = 3_000

/** What the gateways said during the fault: never a hang, and a promise when to come back. */
export function inspectAnswers(scene: Scene, mark: number): void {
  const limit = ANSWER_MS * scene.patience
  const outcomes = scene.stage.history
    .since(mark)
    .filter((record) => record.type === 'fail' || record.type === 'unknown')
  const slow = outcomes.filter(({ ms }) => ms > limit)
  const longest = Math.max(0, ...slow.map(({ ms }) => ms))
  if (slow.length > 0)
    scene.complain(
      `${slow.length} requests had no answer within ${limit} ms, one took ${longest} ms`,
    )
  const other = outcomes.filter(({ type, status }) => type === 'fail' && status !== 503)
  if (other.length > 0)
    scene.complain(`${other.length} requests were answered ${other[0]?.status} instead of 503`)
  scene.count('answers 503', outcomes.filter(({ status }) => status === 503).length)
}

export const killedPostgres: Fault = {
  id: 'F3',
  name: 'PostgreSQL killed',
  how: 'SIGKILL to the postmaster, down for 0 to 2 s, again and again',
  evidence: ['postmasters killed', 'connections lost'],
  conditions: ['gateways answer 503 within 3 s and nothing else', 'nobody is started anew'],
  maxDelayMs: 10_000,
  allow: UNCERTAIN,
  inject: async (scene) => {
    const { stage, chance } = scene
    const end = performance.now() + scene.lengthMs
    const mark = stage.history.records.length
    const pids = pidsOf(scene)
    do {
      const open = stage.workers.reduce((sum, { postgres }) => sum + postgres.open(), 0)
      scene.mark('begin', 'postgres')
      await stage.postgres.kill()
      scene.count('postmasters killed')
      scene.count('connections lost', open)
      await sleep(chance.between(0, 2_000))
      await stage.postgres.start()
      scene.mark('end', 'postgres')
      await sleep(chance.between(3_000, 6_000))
    } while (performance.now() < end)
    inspectAnswers(scene, mark)
    if (pidsOf(scene) !== pids) scene.complain('a process did not survive it')
  },
}

export function pidsOf({ stage }: Scene): string {
  const members = [...stage.gateways, ...stage.workers]
  return members.map((member) => (member.isUp() ? member.pid() : 'gone')).join()
}

const SWALLOWED_SHARE = 0.05

export const swallowedCommit: Fault = {
  id: 'F4',
  name: 'commit answer swallowed',
  how: 'the proxy lets 5 % of all COMMITs reach PostgreSQL and resets the connection instead of the answer',
  evidence: ['commits swallowed', 'of batches or settlements', 'of webhooks'],
  conditions: ['nobody is started anew'],
  maxDelayMs: 15_000,
  allow: UNCERTAIN,
  rate: 40,
  inject: async (scene) => {
    const { stage, chance } = scene
    const pids = pidsOf(scene)
    const stops = [...stage.gateways, ...stage.workers].map((member) => {
      let isFirst = true
      return member.postgres.watch(({ phase, statement, session }) => {
        if (phase !== 'after' || statement !== 'commit') return null
        if (!/^fluxolab-(work|webhooks)/.test(session.application)) return null
        // One for each process at least, however short the run.
        if (!isFirst && !chance.happens(SWALLOWED_SHARE)) return null
        isFirst = false
        scene.mark('strike', `${member.name} commit`)
        scene.count('commits swallowed')
        scene.count(member.role === 'worker' ? 'of batches or settlements' : 'of webhooks')
        return 'reset'
      })
    })
    await sleep(scene.lengthMs)
    for (const stop of stops) stop()
    if (pidsOf(scene) !== pids) scene.complain('a process did not survive it')
  },
}

const SESSIONS = 100

export const exhaustedPool: Fault = {
  id: 'F15',
  name: 'connections used up',
  how: '100 idle transactions, one of them with a lock on the mailbox, so that every connection of the pools waits',
  evidence: ['idle transactions', 'cut by the server'],
  conditions: ['gateways answer 503 within 3 s', 'idle_in_transaction_session_timeout frees them'],
  maxDelayMs: 10_000,
  allow: UNCERTAIN,
  inject: async (scene) => {
    const { stage } = scene
    const mark = stage.history.records.length
    const end = performance.now() + scene.lengthMs
    do {
      scene.mark('begin', 'sessions')
      const sessions = await openIdle(scene)
      await waitFor(() => (sessions.every(({ isCut }) => isCut()) ? true : null), 15_000)
      scene.mark('end', 'sessions')
      scene.count('idle transactions', sessions.length)
      scene.count('cut by the server', sessions.filter(({ isCut }) => isCut()).length)
      for (const { client } of sessions) await client.end().catch(() => {})
      await sleep(3_000)
    } while (performance.now() < end)
    inspectAnswers(scene, mark)
  },
}

async function openIdle({ stage }: Scene): Promise<{ client: pg.Client; isCut: () => boolean }[]> {
  const url = stage.postgres.url('faults')
  return Promise.all(
    Array.from({ length: SESSIONS }, async (_, index) => {
      const client = new pg.Client({ connectionString: url, application_name: 'idle' })
      let isCut = false
      client.on('error', () => (isCut = true))
      client.on('end', () => (isCut = true))
      await client.connect()
      await client.query('begin')
      await client.query(index === 0 ? 'lock table mailbox in exclusive mode' : 'select 1')
      return { client, isCut: () => isCut }
    }),
  )
}

/** Below the 5 s after which PostgreSQL cuts a transaction that does nothing. */
const HELD_MS = 4_000

export const lateCommit: Fault = {
  id: 'F29',
  name: 'late commit',
  how: 'the proxy holds the COMMIT of one webhook for 4 s while later ones are committed and applied',
  evidence: ['commits held', 'later events applied meanwhile', 'late events applied'],
  conditions: ['the late event is applied, not skipped'],
  maxDelayMs: 2_000,
  allow: NOTHING_LEFT,
  inject: async (scene) => {
    const { stage, chance } = scene
    const end = performance.now() + scene.lengthMs
    do {
      const gateway = chance.pick(stage.gateways)
      const held = Promise.withResolvers<() => void>()
      const stop = gateway.postgres.watch(({ phase, statement, session }) => {
        if (phase !== 'before' || statement !== 'commit') return null
        if (session.application !== 'fluxolab-webhooks') return null
        held.resolve(() => session.wire.release('up'))
        stop()
        return 'hold'
      })
      const release = await Promise.race([held.promise, sleep(5_000, null)])
      stop()
      if (release === null) continue
      scene.mark('begin', 'commit')
      const before = await appliedCount(scene)
      await sleep(HELD_MS)
      const meanwhile = (await appliedCount(scene)) - before
      release()
      scene.mark('end', 'commit')
      scene.count('commits held')
      scene.count('later events applied meanwhile', meanwhile)
      await sleep(1_000)
      scene.count('late events applied', (await appliedCount(scene)) - before - meanwhile)
    } while (performance.now() < end)
  },
}

async function appliedCount({ stage, run }: Scene): Promise<number> {
  const [row] = await stage.query<{ count: number }>(APPLIED, [`${phonePrefix(run)}%`])
  return row?.count ?? 0
}

const APPLIED = `select count(*) as count from journal j
  join contacts c on c.tenant_id = j.tenant_id and c.id = j.contact_id where c.phone_e164 like $1`
