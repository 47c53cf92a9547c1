import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JournalEntry } from '#actors/step.ts'
import type { InsightsFace } from '../../face/insights.ts'
import { leadOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTenant, publish } from '../../testing/tenant.ts'
import { createActors } from '../actors/actors.ts'
import { createTenantFactsCache } from '../../shard/tenant-facts.ts'
import { createInsights } from './insights.ts'

const WORKFLOW = 'wf_pace'
/** Contacts wait in two places at once, one of which ends before the other, and then in one more. */
const DOCUMENT = {
  id: WORKFLOW,
  name: 'Ritmo',
  trigger: { type: 'lead.captured', filter: { source: ['pace'] } },
  nodes: [
    { id: 'both', type: 'parallel' },
    { id: 'one', type: 'group', parent: 'both' },
    { id: 'first', type: 'wait.for.event', event: 'x.left', timeout: 'P9D', parent: 'one' },
    { id: 'noted', type: 'set.variable', set: { noted: true }, parent: 'one' },
    { id: 'two', type: 'group', parent: 'both' },
    { id: 'second', type: 'wait.for.event', event: 'x.right', timeout: 'P9D', parent: 'two' },
    { id: 'seen', type: 'set.variable', set: { seen: true }, parent: 'two' },
    { id: 'last', type: 'wait.for.event', event: 'x.last', timeout: 'P9D' },
    { id: 'say', type: 'whatsapp.send_text', text: 'Oi' },
  ],
}

let line: TestLine
let worker: TestWorker
let insights: InsightsFace
let versionId: string
beforeAll(async () => {
  line = await createTestLine()
  versionId = await publish(line.pool, line.tenant, DOCUMENT)
  worker = line.createWorker()
  await worker.leases.renew()
  insights = createInsights(line.pool)
  const contacts = await arrive(8)
  for (const [index, id] of contacts.entries()) {
    if (index % 2 === 0) await tell(id, 'x.left')
    if (index % 4 === 0) await tell(id, 'x.right')
    if (index % 4 === 0) await tell(id, 'x.last')
  }
  await arrive(3)
  const [, second = '', third = ''] = contacts
  const actors = createActors(line.orm, line.pool, createTenantFactsCache())
  await actors.act(line.tenant.actor, second, { action: 'stop', reason: 'teste' })
  const { runs } = await actors.view(line.tenant.actor, third, { limit: 1 })
  const runId = runs[0]?.id ?? ''
  await actors.act(line.tenant.actor, third, {
    action: 'move',
    runId,
    nodeId: 'first',
    reason: 'x',
  })
  await worker.drain()
})
afterAll(() => line.close())

async function arrive(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    const given = { source: 'pace', address: { phone: newPhone() } }
    ids.push((await line.accept(leadOf(line.tenant, given))).contactId ?? '')
    await worker.drain()
  }
  return ids
}

async function tell(contactId: string, type: string): Promise<void> {
  await line.enqueue(contactId, { type })
  await worker.drain()
}

const journal = async (): Promise<JournalEntry[]> =>
  (await line.rows<{ entry: JournalEntry }>('select entry from journal order by at, seq')).map(
    ({ entry }) => entry,
  )

/** Where every run was at an instant, by reading everything from the start. */
function countsThen(entries: JournalEntry[], at: string): Record<string, number> {
  const places = new Map<string, string[]>()
  for (const entry of entries) {
    if (Date.parse(entry.at) > Date.parse(at)) continue
    for (const change of entry.runs) places.set(change.id, change.toStates)
  }
  const counts: Record<string, number> = {}
  for (const state of [...places.values()].flat()) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

test('the counts of any instant are those of a replay from the start, and ended runs are counted by how', async () => {
  const entries = await journal()
  const instants = [
    new Date(Date.parse(entries[0]?.at ?? '') - 1000).toISOString(),
    ...entries.map(({ at }) => at),
    new Date(Date.now() + 60_000).toISOString(),
  ]
  expect(new Set(instants).size).toBeGreaterThan(15)
  for (const at of instants) {
    const told = await insights.at(line.tenant.actor, WORKFLOW, at)
    expect(told, at).toMatchObject({ states: countsThen(entries, at), complete: true })
  }
  const last = await insights.at(line.tenant.actor, WORKFLOW, new Date().toISOString())
  expect(last).toMatchObject({ versionId, ended: { done: 0, failed: 0, stopped: 1 } })
})

test('a history has the counts of each of its points', async () => {
  const entries = await journal()
  const [first, last] = [entries[0]?.at ?? '', entries.at(-1)?.at ?? '']
  const from = new Date(Date.parse(first) - 120_000).toISOString()
  const to = new Date(Date.parse(last) + 120_000).toISOString()
  const { points } = await insights.history(line.tenant.actor, WORKFLOW, { from, to, step: 60 })
  expect(points.length).toBeGreaterThan(3)
  for (const { at, states } of points) expect(states, at).toEqual(countsThen(entries, at))
  const refused = insights.history(line.tenant.actor, WORKFLOW, {
    from: '2020-01-01T00:00:00.000Z',
    to,
    step: 60,
  })
  await expect(refused).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('the pace of a state is how long those who left it had stayed', async () => {
  const entries = await journal()
  const pace = await insights.pace(line.tenant.actor, WORKFLOW, { window: '24h' })
  expect(pace).toMatchObject({ contacts: 11, sampled: false })
  const stays = staysIn(entries, 'first')
  expect(pace.states['first']).toMatchObject({ stays: stays.length, failures: 0 })
  const middle = stays.toSorted((a, b) => a - b)
  const p50 = pace.states['first']?.p50 ?? -1
  expect(p50).toBeGreaterThanOrEqual(middle[0] ?? 0)
  expect(p50).toBeLessThanOrEqual(middle.at(-1) ?? 0)
  expect(pace.states['first']?.p99).toBeGreaterThanOrEqual(p50)
})

/** Seconds, of runs that were taken out of the state, by coming back to it too. */
function staysIn(entries: JournalEntry[], state: string): number[] {
  const since = new Map<string, string>()
  const stays: number[] = []
  for (const { at, runs } of entries) {
    for (const { id, fromStates, toStates, path } of runs) {
      const came = since.get(id)
      const left = fromStates.includes(state) && (!toStates.includes(state) || path.includes(state))
      if (left && came !== undefined) stays.push((Date.parse(at) - Date.parse(came)) / 1000)
      if (toStates.includes(state) && (left || !fromStates.includes(state))) since.set(id, at)
    }
  }
  return stays
}

test('failures are counted where they happened, with their reasons, and kept for a moment', async () => {
  const own = createInsights(line.pool)
  const asked = { window: '7d' } as const
  const before = await own.pace(line.tenant.actor, WORKFLOW, asked)
  expect(before.states['say']).toBeUndefined()
  const effects = await line.rows<{ id: string; contact_id: string }>(
    "select id, contact_id from outbox where node_id = 'say' order by id",
  )
  expect(effects.length).toBe(2)
  for (const { id: effectId, contact_id: contactId } of effects) {
    const error = { code: 'WHATSAPP_131026', message: 'undeliverable' }
    const payload = { effectId, kind: 'whatsapp.send_text', error }
    await line.enqueue(contactId, { type: 'effect.failed', payload })
  }
  await worker.drain()
  expect((await own.pace(line.tenant.actor, WORKFLOW, asked)).states['say']).toBeUndefined()
  const fresh = await createInsights(line.pool).pace(line.tenant.actor, WORKFLOW, asked)
  expect(fresh.states['say']).toMatchObject({
    failures: 2,
    reasons: [{ code: 'WHATSAPP_131026', count: 2 }],
  })
})

test('I9: a workflow of another tenant is not found, whatever is asked of it', async () => {
  const { actor } = await createTenant(line.pool)
  const at = new Date().toISOString()
  const asked = [
    () => insights.at(actor, WORKFLOW, at),
    () => insights.pace(actor, WORKFLOW, { window: '24h' }),
    () => insights.history(actor, WORKFLOW, { from: at, to: at, step: 60 }),
  ]
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})
