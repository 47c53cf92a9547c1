import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Runtime } from '../../face.ts'
import { leadOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTenant, publish } from '../../testing/tenant.ts'
import { createRunRequests } from './run-requests.ts'

const documentOf = (id: string, trigger: object) => ({
  id,
  name: 'Boas-vindas',
  trigger,
  nodes: [{ id: 'guarda', type: 'set.variable', set: { said: '$.payload.said', by: '$.source' } }],
})

let line: TestLine
let worker: TestWorker
let runs: Runtime['runs']
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
  runs = createRunRequests(line.orm, line.pool)
  const { pool, tenant } = line
  await publish(pool, tenant, documentOf('wf_a', { type: 'manual' }))
  await publish(pool, tenant, documentOf('wf_b', { type: 'manual' }))
  await publish(pool, tenant, documentOf('wf_lead', { type: 'form.submitted' }))
  await publish(pool, tenant, documentOf('wf_typed', { type: 'manual', input: { said: 'text' } }))
})
afterAll(() => line.close())

async function newContact(phone = newPhone()): Promise<{ contactId: string; phone: string }> {
  const address = { phone, email: `${phone.slice(1)}@example.com` }
  const { contactId } = await line.accept(leadOf(line.tenant, { address }))
  await worker.drain()
  return { contactId: contactId ?? '', phone }
}

const request = (workflowId: string, given: Parameters<Runtime['runs']['request']>[2]) =>
  runs.request(line.tenant.actor, workflowId, given)

const runsOf = async (contactId: string) => {
  await worker.drain()
  return line.rows<{ workflow: string; said: string | null; by: string }>(
    `select workflow_id as workflow, context_json->'vars'->>'said' as said, context_json->'vars'->>'by' as by
     from workflow_runs where contact_id = $1 order by started_at, id`,
    [contactId],
  )
}

test('a request starts exactly that workflow, once, with its payload', async () => {
  const { contactId } = await newContact()
  const reply = await request('wf_a', { contactId, payload: { said: 'oi', workflowId: 'wf_b' } })
  expect(reply).toEqual({ accepted: true, duplicate: false, eventId: reply.eventId, contactId })
  const by = line.tenant.actor.userId
  expect(await runsOf(contactId)).toEqual([{ workflow: 'wf_a', said: 'oi', by }])
  const trail = `select a.action, a.subject, e.type, e.payload_json->>'said' as said from audit_log a
    join events e on e.tenant_id = a.tenant_id and e.id = $1 where a.id = $2`
  const [entry] = await line.rows(trail, [reply.eventId, reply.eventId.replace('evt_', 'aud_')])
  expect(entry).toEqual({
    action: 'request_run',
    subject: contactId,
    type: 'run.requested',
    said: 'oi',
  })
})

test('the contact is found by phone, however it is written, and by e-mail', async () => {
  const { contactId, phone } = await newContact()
  const written = `(${phone.slice(3, 5)}) ${phone.slice(5)}`
  expect(await request('wf_a', { phone: written })).toMatchObject({ contactId })
  const email = ` ${phone.slice(1)}@EXAMPLE.com`
  expect(await request('wf_b', { email })).toMatchObject({ contactId })
  expect((await runsOf(contactId)).map(({ workflow }) => workflow)).toEqual(['wf_a', 'wf_b'])
})

test('I2: the same key asks once, also at the same moment, and a run of another workflow is another', async () => {
  const { contactId } = await newContact()
  const ask = (workflowId: string) =>
    request(workflowId, { contactId, payload: { said: 'oi' }, idempotencyKey: `k-${contactId}` })
  const replies = await Promise.all([ask('wf_a'), ask('wf_a'), ask('wf_a')])
  expect(replies.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
  expect(new Set(replies.map(({ eventId }) => eventId)).size).toBe(1)
  expect(await ask('wf_a')).toMatchObject({ duplicate: true })
  expect(await ask('wf_b')).toMatchObject({ duplicate: false })
  expect((await runsOf(contactId)).map(({ workflow }) => workflow)).toEqual(['wf_a', 'wf_b'])
})

test('a key that comes back with another wish is refused', async () => {
  const [first, second] = [await newContact(), await newContact()]
  const idempotencyKey = `k2-${first.contactId}`
  await request('wf_a', { contactId: first.contactId, idempotencyKey })
  for (const other of [
    { contactId: second.contactId },
    { contactId: first.contactId, payload: { said: 'outra coisa' } },
  ]) {
    const reused = request('wf_a', { ...other, idempotencyKey })
    await expect(reused).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 })
  }
  expect(await runsOf(second.contactId)).toEqual([])
})

test('without a key every request asks anew', async () => {
  const { contactId } = await newContact()
  await request('wf_a', { contactId })
  await request('wf_a', { contactId })
  expect(await runsOf(contactId)).toHaveLength(2)
})

test('what cannot start is refused by name, and nothing is kept of it', async () => {
  const { contactId } = await newContact()
  const document = JSON.stringify(documentOf('wf_draft', { type: 'manual' }))
  await line.pool.query(
    `insert into workflows (tenant_id, id, name, definition_json, draft_hash) values ($1, 'wf_draft', 'x', $2, 'x')`,
    [line.tenant.id, document],
  )
  const refusals = [
    ['wf_none', { contactId }, 'RESOURCE_NOT_FOUND'],
    ['wf_draft', { contactId }, 'WORKFLOW_NOT_PUBLISHED'],
    ['wf_lead', { contactId }, 'ACTION_NOT_POSSIBLE'],
    ['wf_a', { contactId: 'cnt_none' }, 'RESOURCE_NOT_FOUND'],
    ['wf_a', { phone: newPhone() }, 'CONTACT_UNKNOWN'],
    ['wf_a', { phone: 'nenhum' }, 'CONTACT_ADDRESS_INVALID'],
    ['wf_typed', { contactId, payload: { said: 7 } }, 'REQUEST_INVALID'],
    ['wf_a', { contactId, payload: { said: 'x'.repeat(300_000) } }, 'EVENT_TOO_LARGE'],
  ] as const
  for (const [workflowId, given, code] of refusals) {
    const refused = request(workflowId, { ...given, idempotencyKey: `k3-${contactId}` })
    await expect(refused, `${workflowId} ${code}`).rejects.toMatchObject({ code })
  }
  expect(await runsOf(contactId)).toEqual([])
  const kept = request('wf_typed', {
    contactId,
    payload: { said: 'oi' },
    idempotencyKey: `k3-${contactId}`,
  })
  expect(await kept).toMatchObject({ duplicate: false })
})

test('I9: a workflow or a contact of another tenant is not found', async () => {
  const { contactId } = await newContact()
  const stranger = await createTenant(line.pool)
  await publish(line.pool, stranger, documentOf('wf_mine', { type: 'manual' }))
  const foreign = { code: 'RESOURCE_NOT_FOUND' }
  await expect(runs.request(stranger.actor, 'wf_mine', { contactId })).rejects.toMatchObject(
    foreign,
  )
  await expect(runs.request(stranger.actor, 'wf_a', { contactId })).rejects.toMatchObject(foreign)
  expect(await runsOf(contactId)).toEqual([])
})
