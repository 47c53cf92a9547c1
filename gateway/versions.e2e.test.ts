// Version 2 published and taken back again and again while contacts arrive and run: no run ever mixes versions, and a
// migration then does what its dry run said. FLUXO_FLIPS: how often, one each second.

import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DryRun, Migration, PublishedReply } from '#machines/contracts/versions.ts'
import { type Line, startLine } from './testing/line.ts'

const FLIPS = Number(process.env['FLUXO_FLIPS'] ?? 5)
const FLIP_MS = 1_000
const ARRIVE_MS = 40
const ID = 'wf_flip'

let line: Line
let db: pg.Client
beforeAll(async () => {
  line = await startLine()
  db = new pg.Client({ connectionString: line.databaseUrl })
  await db.connect()
})
afterAll(async () => {
  await db.end()
  await line.close()
})

/** Every id, and every text, tells its version; only the first has a place for those who are stuck. */
function document(n: 1 | 2) {
  const stuck = {
    id: 'stuck1',
    type: 'wait.for.event',
    event: 'flip.stuck',
    timeout: 'P9D',
    next: 'bye1',
    timeoutNext: null,
  }
  return {
    id: ID,
    name: 'Vai e volta',
    trigger: { type: 'lead.captured', filter: { source: ['flip'] } },
    nodes: [
      { id: `hi${n}`, type: 'whatsapp.send_text', text: `v${n} oi`, onError: null },
      {
        id: `which${n}`,
        type: 'if',
        condition: { value: '$.payload.stay', op: 'equals', to: 'stuck' },
        then: n === 1 ? 'stuck1' : `wait${n}`,
        else: `wait${n}`,
      },
      ...(n === 1 ? [stuck] : []),
      {
        id: `wait${n}`,
        type: 'wait.for.event',
        event: 'flip.go',
        timeout: 'P9D',
        next: `bye${n}`,
        timeoutNext: null,
      },
      { id: `bye${n}`, type: 'whatsapp.send_text', text: `v${n} tchau`, onError: null },
    ],
  }
}

interface Person {
  phone: string
  stay: string
  isSentOn: boolean
}

async function post<Body>(path: string, body: unknown): Promise<Body> {
  const answer = await line.call<Body>('POST', path, body)
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status: 200 })
  return answer.body
}

async function flip(people: Person[], first: string): Promise<void> {
  let isOver = false
  const arriving = keepArriving(people, () => isOver)
  for (let n = 0; n < FLIPS; n += 1) {
    await wait(FLIP_MS)
    // Now and then those who wait are taken along, in the middle of everything.
    const running = n % 3 === 2 ? 'migrate' : 'keep'
    if (n % 2 === 0) await post(`/api/workflows/${ID}/publish`, { running })
    else await post(`/api/workflows/${ID}/rollback`, { versionId: first, running })
  }
  isOver = true
  await arriving
}

/** One after the other arrives, and most of those who came before are sent on. */
async function keepArriving(people: Person[], isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n += 1) {
    const phone = `+55119${String(60_000_000 + n)}`
    const stay = n % 7 === 3 ? 'stuck' : 'go'
    const lead = { event_id: `flip-${n}`, source: 'flip', name: 'Kai', phone_e164: phone, stay }
    expect((await line.lead(lead)).status).toBe(200)
    people.push({ phone, stay, isSentOn: false })
    const earlier = people[n - 12]
    if (earlier && n % 3 !== 0) await sendOn(earlier, 'flip.go')
    await wait(ARRIVE_MS)
  }
}

async function sendOn(person: Person, type: string): Promise<void> {
  const event = { event_id: `${type}-${person.phone}`, type, phone: person.phone }
  expect((await line.event(event)).status).toBe(200)
  person.isSentOn = true
}

async function workIsDone(): Promise<void> {
  for (;;) {
    const { rows } = await db.query('select 1 from mailbox union all select 1 from outbox limit 1')
    if (rows.length === 0) return
    await wait(50)
  }
}

interface Entry {
  runs: {
    id: string
    workflowId: string
    versionId: string
    fromVersionId?: string
    isNew: boolean
    path: string[]
    toStates: string[]
  }[]
  effects: Effect[]
}

interface Effect {
  runId: string
  nodeId: string
  command: { text?: string }
}

interface Walk {
  /** Of each version id. */
  numbers: Map<string, 1 | 2>
  /** Of each run, as far as the journal was read. */
  versions: Map<string, 1 | 2>
  started: { 1: number; 2: number }
  /** Times that a run changed its version. */
  moved: number
  /** What belongs to another version than its run. */
  wrong: string[]
}

/** Walks through the whole journal. */
async function mixed(numbers: Map<string, 1 | 2>): Promise<Walk> {
  const { rows } = await db.query<{ entry: Entry }>(
    'select entry from journal order by contact_id, seq',
  )
  const walk: Walk = { numbers, versions: new Map(), started: { 1: 0, 2: 0 }, moved: 0, wrong: [] }
  for (const { entry } of rows) {
    for (const run of entry.runs.filter(({ workflowId }) => workflowId === ID)) walkMove(walk, run)
    for (const effect of entry.effects) walkEffect(walk, effect)
  }
  return walk
}

function walkMove(walk: Walk, run: Entry['runs'][number]): void {
  const { numbers, versions, started, wrong } = walk
  const number = numbers.get(run.versionId)
  if (!number) return void wrong.push(`${run.id} has no version`)
  const before = versions.get(run.id)
  const isMove = run.fromVersionId !== undefined && numbers.get(run.fromVersionId) === before
  if (run.isNew) started[number] += 1
  else if (before !== number && !isMove) wrong.push(`${run.id} changed`)
  if (isMove) walk.moved += 1
  versions.set(run.id, number)
  const nodes = [...run.path, ...run.toStates].filter((node) => !node.startsWith('$'))
  wrong.push(...nodes.filter((node) => !node.endsWith(String(number))))
}

function walkEffect({ versions, wrong }: Walk, { runId, nodeId, command }: Effect): void {
  const number = versions.get(runId)
  if (number === undefined) return
  const isOwn = nodeId.endsWith(String(number)) && command.text?.startsWith(`v${number} `)
  if (!isOwn) wrong.push(`${runId} ${nodeId} ${command.text}`)
}

/** Live counters that are not what the runs say. */
async function wrongCounts() {
  const { rows } = await db.query(
    `select * from (select version_id, state, sum(contacts)::int as n from state_counts
       where workflow_id = $1 and state not like '$%' group by 1, 2 having sum(contacts) <> 0) c
     full join (select r.version_id, unnest(p.states) as state, count(*)::int as n from run_places p
       join workflow_runs r on r.id = p.run_id where p.workflow_id = $1 and r.status = 'active' group by 1, 2) r using (version_id, state)
     where c.n is distinct from r.n`,
    [ID],
  )
  return rows
}

/** Waits until no migration is under way. @returns the latest one */
async function atRest(): Promise<Migration | undefined> {
  for (;;) {
    const path = `/api/workflows/${ID}/migrations`
    const { items } = (await line.call<{ items: Migration[] }>('GET', path)).body
    if (items.every(({ status }) => status === 'done' || status === 'stopped')) return items[0]
    await wait(100)
  }
}

it(
  'I4 no run ever mixes versions while they are published and taken back; the dry run’s counts are what the migration did',
  async () => {
    await post('/api/workflows', document(1))
    const one = await post<PublishedReply>(`/api/workflows/${ID}/publish`, {})
    await post('/api/workflows', document(2))
    const people: Person[] = []
    await flip(people, one.versionId)
    const two = await post<PublishedReply>(`/api/workflows/${ID}/publish`, {})
    await workIsDone()
    const numbers = new Map([
      [one.versionId, 1 as const],
      [two.versionId, 2 as const],
    ])
    await atRest()
    const during = await mixed(numbers)
    expect(during.wrong).toEqual([])
    expect(during.started[1] + during.started[2]).toBe(people.length)
    expect(Math.min(during.started[1], during.started[2])).toBeGreaterThan(5)
    expect(during.moved).toBeGreaterThan(0)
    expect(await wrongCounts()).toEqual([])

    const dry = await post<DryRun>(`/api/workflows/${ID}/migrations/dry-run`, {})
    expect(dry.moved).toBeGreaterThan(0)
    expect(dry.refused).toMatchObject([{ code: 'STATE_REMOVED', count: dry.total - dry.moved }])
    expect(dry.cannotMove.length).toBe(dry.total - dry.moved)
    const { id } = await post<Migration>(`/api/workflows/${ID}/migrations`, { reason: 'prova' })
    expect(await atRest()).toMatchObject({
      id,
      status: 'done',
      counts: {
        total: dry.total,
        moved: dry.moved,
        refused: dry.total - dry.moved,
        pending: 0,
        gone: 0,
      },
      refused: dry.refused.map(({ code, count }) => ({ code, count })),
    })

    for (const person of people) {
      if (!person.isSentOn) await sendOn(person, 'flip.go')
      await sendOn(person, 'flip.stuck')
    }
    await workIsDone()
    const after = await mixed(numbers)
    expect(after.wrong).toEqual([])
    const left = await db.query(
      "select 1 from workflow_runs where workflow_id = $1 and status = 'active'",
      [ID],
    )
    expect(left.rows).toEqual([])
    expect(await wrongCounts()).toEqual([])
  },
  120_000 + FLIPS * 2 * FLIP_MS,
)
