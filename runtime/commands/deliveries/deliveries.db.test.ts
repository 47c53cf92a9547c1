import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Outcome } from '../../connectors/connector.ts'
import type { Actor, Runtime } from '../../face.ts'
import { createDispatchGate } from '../../outbox/gate/gate.ts'
import { settleEffects } from '../../outbox/settle/settle.ts'
import { createWatermark } from '../../outbox/gate/watermark.ts'
import { inTransaction } from '../../db/pool.ts'
import { leadOf, newPhone, statusOf } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTestOutbox, type TestEffect, type TestOutbox } from '../../testing/outbox.ts'
import { createScriptConnector, type ScriptConnector } from '../../testing/script-connector.ts'
import { createTenant, publish } from '../../testing/tenant.ts'
import { NOTE } from '../../testing/workflows.ts'
import { createDeliveries } from './deliveries.ts'

/** The greeting's failure has a way of its own, on which the run waits. */
const CAREFUL = {
  id: 'wf_careful',
  name: 'Com saída',
  trigger: { type: 'lead.captured', filter: { source: ['instagram'] } },
  nodes: [
    { id: 'greet', type: 'whatsapp.send_text', text: 'Oi, {{name}}!', onError: 'later' },
    { id: 'greeted', type: 'wait.for.event', event: 'greeted.ok', timeout: 'P2D' },
    { id: 'later', type: 'wait.for.event', event: 'purchase.approved', timeout: 'P2D' },
    { id: 'end', type: 'end' },
  ],
}
/** Without one the run fails with its send. */
const BRITTLE = {
  id: 'wf_brittle',
  name: 'Sem saída',
  trigger: { type: 'lead.captured', filter: { source: ['brittle'] } },
  nodes: [
    { id: 'greet', type: 'whatsapp.send_text', text: 'Oi, {{name}}!', purpose: 'service' },
    { id: 'end', type: 'end' },
  ],
}

const reason = 'número corrigido'
const error = { code: 'WHATSAPP_131026', message: 'undeliverable' }
const refused = (): Outcome => ({ type: 'failed', error })

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
let provider: ScriptConnector
let deliveries: Runtime['deliveries']
let actor: Actor
beforeAll(async () => {
  line = await createTestLine()
  for (const document of [CAREFUL, BRITTLE, NOTE]) {
    await publish(line.pool, line.tenant, document)
  }
  worker = line.createWorker({ leaseSeconds: 600 })
  await worker.leases.renew()
  provider = createScriptConnector()
  outbox = createTestOutbox(line, worker, provider.registry)
  const watermark = createWatermark({ redisUrl: undefined, dataDir: undefined })
  const { pool, logger } = line
  const gate = createDispatchGate({ pool, isPaused: false, watermark, place: null, logger })
  deliveries = createDeliveries(pool, gate)
  actor = line.tenant.actor
})
beforeEach(async () => {
  provider.answers.length = 0
  await line.pool.query('truncate dead_letters, outbox, mailbox, send_limits')
})
afterAll(() => line.close())

/** A lead whose greeting the provider refuses. */
async function failing(source = 'instagram'): Promise<TestEffect> {
  const { contactId } = await line.accept(leadOf(line.tenant, { source }))
  await worker.drain()
  const [effect] = await line.rows<TestEffect>(
    'select id, contact_id as "contactId" from outbox where contact_id = $1',
    [contactId],
  )
  if (!effect) throw new Error('nothing was sent')
  provider.answers.push(refused)
  await outbox.dispatch()
  await outbox.perform(effect.id)
  await worker.drain()
  return effect
}

async function sendAll(): Promise<void> {
  const jobs = await outbox.dispatch()
  await Promise.all(jobs.map(({ effectId }) => outbox.perform(effectId)))
}

const timesSent = (id: string): number => provider.sent.filter((sent) => sent.id === id).length
const replay = (ids: string[], includeMovedOn = true) =>
  deliveries.replay(actor, { selection: { ids }, includeMovedOn, reason })
const stateOf = async (contactId: string) => {
  const [row] = await line.rows<{ state: { runs: object[] } }>(
    'select state from actor_snapshots where contact_id = $1',
    [contactId],
  )
  return row?.state.runs
}

test('I4, I6: 1,000 letters replayed twice at once and once more leave once each, under their own ids', async () => {
  const effects = await outbox.greetMany(1_000)
  await inTransaction(line.pool, (db) =>
    settleEffects(
      db,
      effects.map(({ id }) => ({
        tenantId: line.tenant.id,
        effectId: id,
        claimToken: null,
        result: { type: 'failed', error },
      })),
    ),
  )
  await line.pool.query('truncate mailbox')
  const all = { selection: { filter: { code: error.code } }, includeMovedOn: true }
  const would = await deliveries.dryRun(actor, all)
  expect(would).toMatchObject({ total: 1_000, sent: 1_000, contacts: 1_000, partial: false })
  expect(await line.rows('select 1 from outbox')).toEqual([])
  const both = await Promise.all([1, 2].map(() => deliveries.replay(actor, { ...all, reason })))
  const third = await deliveries.replay(actor, { ...all, reason })
  expect(both.reduce((sum, { sent }) => sum + sent, 0)).toBe(1_000)
  expect(third.sent).toBe(0)
  const open = await line.rows<{ id: string }>('select id from outbox order by id')
  expect(open.map(({ id }) => id)).toEqual(effects.map(({ id }) => id).toSorted())
  const audits = await line.rows<{ ids: string[] }>(
    `select details_json->'ids' as ids from audit_log where action = 'replay_dead_letters'`,
  )
  expect(audits.flatMap(({ ids }) => ids).toSorted()).toEqual(open.map(({ id }) => id))
  await line.pool.query(
    `insert into send_limits (tenant_id, key, per_second)
     select $1, key, 1e6 from unnest(array['tenant', 'retry', $2]) key
     on conflict (tenant_id, key) do update set per_second = excluded.per_second`,
    [line.tenant.id, line.tenant.channelId],
  )
  do await sendAll()
  while ((await line.rows('select 1 from outbox')).length > 0)
  expect(effects.filter(({ id }) => timesSent(id) !== 1)).toEqual([])
})

test('I2: the result of a replayed send moves nothing: the run goes on where the failure had led it', async () => {
  const { id, contactId } = await failing()
  const before = await stateOf(contactId)
  expect(before).toMatchObject([{ state: 'later' }])
  expect(await replay([id])).toMatchObject({ sent: 1, movedOn: 1 })
  await sendAll()
  await worker.drain()
  expect(timesSent(id)).toBe(2)
  expect(await stateOf(contactId)).toEqual(before)
  const notes = await line.rows(
    `select entry->'note' as note from journal where contact_id = $1 order by seq desc limit 1`,
    [contactId],
  )
  expect(notes).toEqual([{ note: 'result_outdated' }])
  const message = 'select status, error_json from messages where effect_id = $1'
  expect(await line.rows(message, [id])).toEqual([{ status: 'accepted', error_json: null }])
  expect(await deliveries.letter(actor, id)).toMatchObject({ resolution: 'replayed', replays: 1 })
})

test('I2: a failure that the actor has not seen yet still counts, and the replayed result comes too late', async () => {
  const { contactId } = await line.accept(leadOf(line.tenant))
  await worker.drain()
  const [effect] = await line.rows<TestEffect>('select id from outbox where contact_id = $1', [
    contactId,
  ])
  const id = effect?.id ?? ''
  provider.answers.push(refused)
  await outbox.dispatch()
  await outbox.perform(id)
  expect(await replay([id], false)).toMatchObject({ sent: 1, movedOn: 0 })
  await sendAll()
  await worker.drain()
  expect(await stateOf(contactId ?? '')).toMatchObject([{ state: 'later' }])
})

test('I5: a replay that fails again opens its letter again, and that one can be replayed again', async () => {
  const { id } = await failing('brittle')
  for (const replays of [1, 2]) {
    expect(await replay([id], false)).toMatchObject({ sent: 1 })
    provider.answers.push(refused)
    await sendAll()
    expect(await deliveries.letter(actor, id)).toMatchObject({ resolution: null, replays })
  }
  expect(timesSent(id)).toBe(3)
})

test('I6: what a status tells of as taken meanwhile is refused, processed or not', async () => {
  const [first, second] = [await failing('brittle'), await failing('brittle')]
  await line.accept(statusOf(line.tenant, { status: 'delivered', effectId: first.id }))
  await worker.drain()
  await line.accept(statusOf(line.tenant, { status: 'sent', effectId: second.id }))
  const report = await replay([first.id, second.id])
  expect(report).toMatchObject({
    total: 2,
    sent: 0,
    refused: [{ code: 'LETTER_DELIVERED', count: 2 }],
  })
  expect(await line.rows('select 1 from outbox')).toEqual([])
})

test('a dry run tells who would get it, who may not be written to and why, who is gone and who has moved on', async () => {
  // One after the other: two batches of one worker at a time would take each other's shards away.
  const failed: TestEffect[] = []
  for (let n = 0; n < 4; n += 1) failed.push(await failing('brittle'))
  const [sent, optedOut, agent, gone] = failed
  const moved = await failing()
  const set = (contactId: string | undefined, field: string, value: object | string) =>
    line.pool.query(
      `update actor_snapshots set state = jsonb_set(state::jsonb, $2, $3::jsonb)::json where contact_id = $1`,
      [contactId, [field], JSON.stringify(value)],
    )
  await set(optedOut?.contactId, 'optOuts', { whatsapp: new Date().toISOString() })
  await set(agent?.contactId, 'handover', 'agent')
  await line.pool.query('update dead_letters set contact_id = $2 where id = $1', [
    gone?.id,
    'cnt_gone',
  ])
  const ids = [sent, optedOut, agent, gone, moved].map((effect) => effect?.id ?? '')
  const question = { selection: { ids }, includeMovedOn: false }
  const would = await deliveries.dryRun(actor, question)
  expect(would).toMatchObject({ total: 5, sent: 1, contactGone: 1, movedOn: 1 })
  const refusals = new Map(would.refused.map(({ code, count }) => [code, count]))
  expect(refusals).toEqual(
    new Map([
      ['LETTER_AGENT', 1],
      ['POLICY_OPTED_OUT', 1],
    ]),
  )
  expect(would.refused[0]?.message).toMatchObject({
    'pt-BR': expect.any(String),
    en: expect.any(String),
  })
  expect(await deliveries.replay(actor, { ...question, reason })).toEqual(would)
})

test('a command is corrected within the limits of its kind; kind and purpose stay', async () => {
  const { id } = await failing('brittle')
  const edit = (content: object) =>
    deliveries.edit(actor, id, { content: content as never, reason })
  const good = { kind: 'whatsapp.send_text', text: 'Olá!', previewUrl: false, purpose: 'service' }
  const wrong: [object, string][] = [
    [{ ...good, text: 'x'.repeat(4097) }, 'content.text'],
    [{ ...good, text: '' }, 'content.text'],
    [{ ...good, purpose: undefined }, 'content.purpose'],
    [{ ...good, purpose: 'marketing' }, 'content.purpose'],
    [{ ...good, kind: 'whatsapp.send_media' }, 'content.kind'],
    [{ kind: good.kind, previewUrl: false, purpose: 'service' }, 'content.text'],
  ]
  for (const [content, field] of wrong) {
    await expect(edit(content)).rejects.toMatchObject({ code: 'REQUEST_INVALID', field })
  }
  const edited = await edit(good)
  expect(edited).toMatchObject({ content: good, original: { text: 'Oi, Ana!' } })
  await replay([id])
  await sendAll()
  expect(provider.sent.at(-1)).toMatchObject({ id, command: good })
  const text = `select content_json->>'text' as text from messages where effect_id = $1`
  expect(await line.rows(text, [id])).toEqual([{ text: 'Olá!' }])
  await expect(edit(good)).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
})

/** A contact whose next event cannot be applied, with another one behind it. */
async function parked() {
  const { contactId } = await line.accept(leadOf(line.tenant, { source: 'nobody' }))
  await worker.drain()
  const lead = (said: string) =>
    line.enqueue(contactId ?? '', {
      type: 'lead.captured',
      source: 'note',
      payload: { said },
    })
  const id = await lead('a \u0000 b')
  const behind = await lead('then')
  for (let attempt = 0; attempt < 3; attempt++) {
    await worker.drain()
    await line.pool.query('update mailbox set retry_at = now() where attempts > 0')
  }
  const said = () =>
    line.rows<{ said: string }>(
      `select context_json->'vars'->>'said' as said from workflow_runs
       where contact_id = $1 and workflow_id = 'wf_note' order by started_at, id`,
      [contactId],
    )
  return { id, behind, contactId: contactId ?? '', said }
}

test('I3: a parked event is corrected and applied in its place, and the later ones follow', async () => {
  const { id, behind, contactId } = await parked()
  const letter = await deliveries.letter(actor, id)
  expect(letter).toMatchObject({ kind: 'envelope', waitingBehind: 1, editable: true })
  expect(
    await deliveries.dryRun(actor, { selection: { ids: [id] }, includeMovedOn: false }),
  ).toMatchObject({
    sent: 1,
  })
  await deliveries.edit(actor, id, { content: { said: 'a b' }, reason })
  const both = await Promise.all([replay([id]), replay([id])])
  expect(both.reduce((sum, { sent }) => sum + sent, 0)).toBe(1)
  await worker.drain()
  const applied = await line.rows(
    `select event_id, (entry->'envelope'->'payload'->'said')::text as said from journal
     where contact_id = $1 and event_id = any($2) order by seq`,
    [contactId, [id, behind]],
  )
  expect(applied).toEqual([
    { event_id: id, said: '"a b"' },
    { event_id: behind, said: '"then"' },
  ])
  expect(await line.rows('select 1 from mailbox')).toEqual([])
})

test('I3: one that cannot be applied after all is parked again, in its place', async () => {
  const { id } = await parked()
  await replay([id])
  for (let attempt = 0; attempt < 3; attempt++) {
    await worker.drain()
    await line.pool.query('update mailbox set retry_at = now() where attempts > 0')
  }
  expect(await deliveries.letter(actor, id)).toMatchObject({ resolution: null, waitingBehind: 1 })
})

test('I3: a parked event is left out with a reason, and the later ones go on', async () => {
  const { id, behind, contactId } = await parked()
  expect(await deliveries.drop(actor, { selection: { ids: [id] }, reason })).toEqual({
    done: 1,
    skipped: 0,
  })
  await worker.drain()
  const applied = 'select event_id from journal where contact_id = $1 and event_id = any($2)'
  expect(await line.rows(applied, [contactId, [id, behind]])).toEqual([{ event_id: behind }])
  expect(await deliveries.letter(actor, id)).toMatchObject({ resolution: 'dropped' })
  expect(await replay([id])).toMatchObject({ sent: 0, refused: [{ code: 'LETTER_RESOLVED' }] })
})

test('what the platform tells itself can be left out, and not be changed', async () => {
  const { contactId } = await line.accept(leadOf(line.tenant, { source: 'nobody' }))
  const id = await line.enqueue(contactId ?? '', { type: 'timer.fired', payload: null as never })
  for (let attempt = 0; attempt < 3; attempt++) {
    await worker.drain()
    await line.pool.query('update mailbox set retry_at = now() where attempts > 0')
  }
  await expect(deliveries.edit(actor, id, { content: {}, reason })).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
})

test('I9: what another tenant has is unknown, and a filter finds none of it', async () => {
  const { id } = await failing('brittle')
  const rival = (await createTenant(line.pool)).actor
  const selection = { ids: [id] }
  const asked = [
    deliveries.letter(rival, id),
    deliveries.edit(rival, id, { content: {}, reason }),
    deliveries.dryRun(rival, { selection, includeMovedOn: true }),
    deliveries.replay(rival, { selection, includeMovedOn: true, reason }),
    deliveries.drop(rival, { selection, reason }),
    deliveries.settle(rival, { ids: [id], how: 'give_up', reason }),
  ]
  for (const answer of await Promise.allSettled(asked)) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'RESOURCE_NOT_FOUND' } })
  }
  const all = { selection: { filter: {} }, includeMovedOn: true }
  expect(await deliveries.replay(rival, { ...all, reason })).toMatchObject({ total: 0 })
  const none = { items: [], nextCursor: null }
  expect(await deliveries.letters(rival, { limit: 50, state: 'all' })).toEqual(none)
  expect(await deliveries.resting(rival, { limit: 50 })).toEqual(none)
  expect(await deliveries.queue(rival)).toEqual({ rows: [], letters: 0, breakers: [] })
})

test('failures are listed by page and by filter, the latest first', async () => {
  const effects = [await failing('brittle'), await failing(), await failing('brittle')]
  const newest = effects.map(({ id }) => id).toReversed()
  const first = await deliveries.letters(actor, { limit: 2, state: 'open' })
  const cursor = first.nextCursor ?? undefined
  const second = await deliveries.letters(actor, { limit: 2, state: 'open', cursor })
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(newest)
  expect(first.items[0]).toMatchObject({
    what: 'whatsapp.send_text',
    preview: 'Oi, Ana!',
    workflowName: 'Sem saída',
    nodeId: 'greet',
    attempts: 1,
    why: { en: expect.stringContaining('cannot receive') },
  })
  const idsOf = async (filter: object) => {
    const { items } = await deliveries.letters(actor, { limit: 50, state: 'open', ...filter })
    return items.map(({ id }) => id)
  }
  expect(await idsOf({ workflow: CAREFUL.id })).toEqual([newest[1]])
  expect(await idsOf({ contact: effects[0]?.contactId })).toEqual([newest[2]])
  expect(await idsOf({ code: 'TIMEOUT' })).toEqual([])
  expect(await idsOf({ kind: 'envelope' })).toEqual([])
  expect(await idsOf({ until: '2020-01-01T00:00:00Z' })).toEqual([])
  expect(await idsOf({ state: 'resolved' })).toEqual([])
})

/** A send whose answer was lost. */
async function unsure(): Promise<TestEffect> {
  const { id, contactId } = await outbox.greet()
  provider.answers.push(() => ({ type: 'uncertain', error: { code: 'TIMEOUT', message: '' } }))
  await outbox.dispatch()
  await outbox.perform(id)
  return { id, contactId }
}

test('I6: a person settles what nobody is sure of: it arrived, once more, or not any more', async () => {
  const [arrived, again, over] = [await unsure(), await unsure(), await unsure()]
  const { items } = await deliveries.resting(actor, { limit: 50, status: 'uncertain' })
  expect(items.map(({ id }) => id)).toEqual([arrived.id, again.id, over.id])
  const settle = (how: 'delivered' | 'send' | 'give_up', { id }: TestEffect) =>
    deliveries.settle(actor, { ids: [id], how, reason })
  expect(await settle('delivered', arrived)).toEqual({ done: 1, skipped: 0 })
  expect(await settle('send', again)).toEqual({ done: 1, skipped: 0 })
  expect(await settle('give_up', over)).toEqual({ done: 1, skipped: 0 })
  await sendAll()
  await worker.drain()
  expect([arrived, again, over].map(({ id }) => timesSent(id))).toEqual([1, 2, 1])
  expect(await stateOf(arrived.contactId)).toMatchObject([{ state: 'greeted' }])
  expect(await stateOf(again.contactId)).toMatchObject([{ state: 'greeted' }])
  expect(await stateOf(over.contactId)).toMatchObject([{ state: 'later' }])
  expect(await deliveries.letter(actor, over.id)).toMatchObject({
    code: 'EFFECT_GIVEN_UP',
    message: reason,
    resolution: 'dropped',
  })
  const audits = await line.rows(
    'select action from audit_log where subject = any($1) order by at',
    [[arrived, again, over].map(({ id }) => id)],
  )
  expect(audits.map(({ action }) => action)).toEqual([
    'note_effects_delivered',
    'send_effects_again',
    'give_effects_up',
  ])
})

test('I6: a status that comes before the person leaves nothing to decide', async () => {
  const { id } = await unsure()
  await line.accept(statusOf(line.tenant, { status: 'sent', effectId: id }))
  const late = await deliveries.settle(actor, { ids: [id], how: 'send', reason })
  expect(late).toEqual({ done: 0, skipped: 1 })
  await sendAll()
  expect(timesSent(id)).toBe(1)
})

test('what waits is counted by status and channel, with the age of the oldest', async () => {
  await outbox.greetMany(3)
  await unsure()
  await line.accept(leadOf(line.tenant, { address: { phone: newPhone() } }))
  const { rows, letters } = await deliveries.queue(actor)
  const counts = rows.map(({ status, channel, count }) => [status, channel, count])
  expect(counts).toContainEqual(['uncertain', 'whatsapp', 1])
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(4)
  expect(letters).toBe(0)
  expect(Date.parse(rows[0]?.oldestAt ?? '')).toBeGreaterThan(Date.now() - 60_000)
})
