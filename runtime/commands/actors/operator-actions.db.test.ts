import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActorAction } from '#machines/contracts/actor-actions.ts'
import type { Actor, Runtime } from '../../face.ts'
import { createTenantFactsCache } from '../../shard/tenant-facts.ts'
import { leadOf } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'
import { createScriptConnector } from '../../testing/script-connector.ts'
import { publish } from '../../testing/tenant.ts'
import { WELCOME } from '../../testing/workflows.ts'
import { createActors } from './actors.ts'

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
let actors: Runtime['actors']
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = line.createWorker()
  await worker.leases.renew()
  outbox = createTestOutbox(line, worker, createScriptConnector().registry)
  actors = createActors(line.orm, line.pool, createTenantFactsCache())
})
afterAll(() => line.close())

/** A contact that was greeted and waits for its purchase. */
async function waiting(): Promise<string> {
  const { id, contactId } = await outbox.greet()
  await outbox.dispatch()
  await outbox.perform(id)
  await worker.drain()
  return contactId
}

const phoneOf = async (contactId: string): Promise<string> => {
  const text = 'select phone_e164 as phone from contacts where id = $1'
  return (await line.rows<{ phone: string }>(text, [contactId]))[0]?.phone ?? ''
}

test('an agent takes the conversation, what comes is kept, and giving back goes on with it', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  const agent = { ...actor, role: 'agent' as const }
  const act = (action: ActorAction, who = agent) => actors.act(who, contactId, action)
  const view = () => actors.view(actor, contactId, { limit: 50 })
  await act({ action: 'take', reason: 'wants to talk' })
  await worker.drain()
  await expect(act({ action: 'take', reason: 'again' })).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
  await line.enqueue(contactId, { type: 'purchase.approved' })
  await worker.drain()
  expect(await view()).toMatchObject({
    handover: 'agent',
    kept: 1,
    runs: [{ state: 'await_purchase' }],
  })
  const runId = (await view()).runs[0]?.id ?? ''
  const back = (to: object) => act({ action: 'give_back', to: to as never, reason: 'done' })
  await expect(back({ mode: 'state', runId, nodeId: 'none' })).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
    field: 'nodeId',
  })
  await back({ mode: 'history' })
  await worker.drain()
  expect(await view()).toMatchObject({ handover: 'bot', kept: 0, runs: [{ state: 'thank' }] })
  const audit =
    'select action, details_json as details from audit_log where subject = $1 order by id'
  expect(await line.rows(audit, [contactId])).toEqual([
    { action: 'take', details: {} },
    { action: 'give_back', details: { to: { mode: 'history' } } },
  ])
})

test('a run is moved by support, and by nobody whose role is another', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  const { runs } = await actors.view(actor, contactId, { limit: 5 })
  const move = (role: Actor['role'], nodeId = 'remind') =>
    actors.act({ ...actor, role }, contactId, {
      action: 'move',
      runId: runs[0]?.id ?? '',
      nodeId,
      reason: 'stuck',
    })
  await expect(move('agent')).rejects.toMatchObject({ code: 'AUTH_FORBIDDEN' })
  await expect(move('support', 'none')).rejects.toMatchObject({ field: 'nodeId' })
  await move('support')
  const taking = { action: 'take', reason: 'x' } as const
  const asSupport = actors.act({ ...actor, role: 'support' }, contactId, taking)
  await expect(asSupport).rejects.toMatchObject({ code: 'AUTH_FORBIDDEN' })
  await worker.drain()
  expect((await actors.view(actor, contactId, { limit: 5 })).runs[0]?.state).toBe('remind')
})

test('a run that is over begins again with what it began with, once', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  const view = () => actors.view(actor, contactId, { limit: 5 })
  const before = (await view()).runs[0]
  const runId = before?.id ?? ''
  await actors.act(actor, contactId, { action: 'stop', runId, reason: 'engano' })
  await worker.drain()
  const restart = { action: 'restart', runId, reason: 'de novo' } as const
  await actors.act(actor, contactId, restart)
  await worker.drain()
  const { runs } = await view()
  expect(runs.map(({ id, status }) => [id === runId, status])).toEqual([
    [false, 'active'],
    [true, 'stopped'],
  ])
  expect(runs[0]).toMatchObject({ versionId: before?.versionId })
  expect(runs[0]?.context['payload']).toEqual(before?.context['payload'])
  await expect(actors.act(actor, contactId, restart)).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
    field: 'runId',
  })
})

test('what a person did is taken back as long as nothing has followed from it, and who did it is told', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  const view = () => actors.view(actor, contactId, { limit: 5 })
  const runId = (await view()).runs[0]?.id ?? ''
  const act = async (action: ActorAction) => {
    const { eventId } = await actors.act(actor, contactId, action)
    await worker.drain()
    return eventId
  }
  const vars = async () => (await view()).runs[0]?.context['vars']
  const value = { action: 'set_variable', runId, name: 'cupom', value: 'X', reason: 'r' } as const
  const given = await act(value)
  expect(await vars()).toEqual({ cupom: 'X' })
  await act({ action: 'undo', eventId: given, reason: 'engano' })
  expect(await vars()).toEqual({})
  const { journal } = await view()
  expect(journal.items[0]).toMatchObject({
    event: 'operator.acted',
    note: null,
    deed: { by: { id: actor.userId, name: 'Bia' }, reason: 'engano' },
  })
  expect(journal.items.find(({ event }) => event === 'effect.done')).not.toHaveProperty('deed')
  const impossible = { code: 'ACTION_NOT_POSSIBLE' }
  const undo = (eventId: string) =>
    actors.act(actor, contactId, { action: 'undo', eventId, reason: 'x' })
  // Twice, of nothing, and of what has sent a message.
  await expect(undo(given)).rejects.toMatchObject(impossible)
  await expect(undo('evt_none')).rejects.toMatchObject(impossible)
  const moved = await act({ action: 'move', runId, nodeId: 'remind', reason: 'r' })
  await expect(undo(moved)).rejects.toMatchObject(impossible)
  const builder = { ...actor, role: 'builder' as const }
  const asBuilder = actors.act(builder, contactId, { action: 'undo', eventId: given, reason: 'x' })
  await expect(asBuilder).rejects.toMatchObject({ code: 'AUTH_FORBIDDEN' })
})

test('a message that the platform did not let out is told in the journal, with the reason', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  await line.enqueue(contactId, {
    type: 'message.received',
    payload: { channel: 'whatsapp', text: 'parar' },
  })
  await line.accept(leadOf(line.tenant, { address: { phone: await phoneOf(contactId) } }))
  await worker.drain()
  const { journal, optOuts } = await actors.view(actor, contactId, { limit: 1 })
  expect(Object.keys(optOuts ?? {})).toEqual(['whatsapp'])
  expect(journal.items[0]).toMatchObject({
    effects: [],
    refused: [{ nodeId: 'greet', kind: 'whatsapp.send_text', code: 'POLICY_OPTED_OUT' }],
    moves: [{ path: ['greet', '$failed'] }],
  })
})
