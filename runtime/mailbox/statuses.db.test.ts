import { afterAll, beforeAll, expect, test } from 'vitest'
import { MESSAGE_STATUS_RANK } from '#machines/contracts/event.ts'
import { statusOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../testing/outbox.ts'
import { createScriptConnector } from '../testing/script-connector.ts'
import { publish } from '../testing/tenant.ts'
import { WELCOME } from '../testing/workflows.ts'

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = line.createWorker()
  await worker.leases.renew()
  outbox = createTestOutbox(line, worker, createScriptConnector().registry)
})
afterAll(() => line.close())

const messageOf = async (effectId: string) => {
  const text =
    'select status, status_rank as rank, error_json as error, provider_msg_id from messages where effect_id = $1'
  return (await line.rows<{ status: string; rank: number }>(text, [effectId]))[0]
}
const typesOf = async (contactId: string): Promise<string[]> => {
  const text = 'select event_type as type from journal where contact_id = $1 order by seq'
  return (await line.rows<{ type: string }>(text, [contactId])).map(({ type }) => type)
}
const STATUSES = ['sent', 'delivered', 'read'] as const

test('F17: statuses five times over and reversed, before the send settles, never go backwards', async () => {
  const { id, contactId } = await outbox.greet()
  await outbox.dispatch()
  let highest = 0
  for (const status of STATUSES.toReversed()) {
    const arrivals = Array.from({ length: 5 }, () =>
      line.accept(statusOf(line.tenant, { status, effectId: id })),
    )
    const accepted = await Promise.all(arrivals)
    expect(accepted.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    const rank = (await messageOf(id))?.rank ?? 0
    expect(rank).toBeGreaterThanOrEqual(highest)
    highest = rank
  }
  await outbox.perform(id)
  expect(await messageOf(id)).toMatchObject({ status: 'read', rank: MESSAGE_STATUS_RANK.read })
  await worker.drain()
  const types = await typesOf(contactId)
  expect(types.filter((type) => type === 'message.status')).toHaveLength(3)
  expect(types.filter((type) => type === 'effect.done')).toHaveLength(1)
})

test('F17: all statuses in one group leave the highest', async () => {
  const { id } = await outbox.greet()
  await outbox.dispatch()
  await outbox.perform(id)
  await Promise.all(
    (['delivered', 'sent', 'read'] as const).map((status) =>
      line.accept(statusOf(line.tenant, { status, effectId: id })),
    ),
  )
  expect(await messageOf(id)).toMatchObject({ status: 'read' })
})

test('a message that the provider reports as failed says why and is final', async () => {
  const { id } = await outbox.greet()
  await outbox.dispatch()
  await outbox.perform(id)
  await line.accept(statusOf(line.tenant, { status: 'failed', effectId: id }))
  await line.accept(statusOf(line.tenant, { status: 'delivered', effectId: id }))
  expect(await messageOf(id)).toMatchObject({
    status: 'failed',
    error: { code: 'WHATSAPP_131026' },
  })
})

test('a status without our id finds its message by the id of the provider', async () => {
  const { id } = await outbox.greet()
  await outbox.dispatch()
  await outbox.perform(id)
  const accepted = await line.accept(
    statusOf(line.tenant, { status: 'read', effectId: null, providerMessageId: `wamid.${id}` }),
  )
  expect(accepted.contactId).not.toBeNull()
  expect(await messageOf(id)).toMatchObject({ status: 'read' })
})

test('I9: a status that names an effect of another tenant touches nothing', async () => {
  const { id } = await outbox.greet()
  await outbox.dispatch()
  const status = statusOf(line.tenant, { status: 'read', effectId: id })
  const accepted = await line.acceptor.accept('tnt_somebody_else', status)
  expect(accepted).toEqual({ duplicate: false, eventId: null, contactId: null })
  expect(await messageOf(id)).toMatchObject({ status: 'queued' })
  expect(await outbox.row(id)).toMatchObject({ status: 'dispatched' })
})
