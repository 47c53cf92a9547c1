// Which of several channels of a kind a message leaves by.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ChannelKind } from '#machines/contracts/channel.ts'
import { createId } from '../ids.ts'
import { PAUSED, REMOVED } from '../outbox/paused-channel.ts'
import { leadOf, messageOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { createTenant, publish } from '../testing/tenant.ts'
import { WELCOME } from '../testing/workflows.ts'

const ANSWER = {
  id: 'wf_answer',
  name: 'Responder',
  trigger: { type: 'message.received', reentry: 'always' },
  nodes: [{ id: 'answer', type: 'message.send_text', text: 'Já vamos falar com você.' }],
}

let line: TestLine
let first: string
let second: string
const mailboxes: string[] = []
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, ANSWER)
  await publish(line.pool, line.tenant, WELCOME)
  first = line.tenant.channelId
  second = await openChannel('whatsapp')
  mailboxes.push(await openChannel('email'), await openChannel('email'))
})
afterEach(() => line.pool.query("update channels set config_json = '{}'"))
afterAll(() => line.close())

/** One more channel of the tenant's, with the secret of its first. */
async function openChannel(kind: ChannelKind): Promise<string> {
  const id = createId('channel')
  await line.pool.query(
    `insert into channels (tenant_id, id, kind, provider, address, display_address, secret_id)
      select tenant_id, $3, $4, $4, $3, $3, secret_id from channels where tenant_id = $1 and id = $2`,
    [line.tenant.id, line.tenant.channelId, id, kind],
  )
  return id
}

const pause = (id: string) =>
  line.pool.query('update channels set config_json = $2 where id = $1', [id, { [PAUSED]: true }])

/** A worker that has heard of nothing yet. */
async function work(): Promise<void> {
  const worker: TestWorker = line.createWorker()
  await worker.leases.renew()
  await worker.drain()
  await worker.leases.release()
}

type Person = { phone: string } | { email: string }

/** The person writes to each channel, one message after the other. @returns the contact's id */
async function write(
  address: Person,
  channel: ChannelKind,
  channelIds: readonly string[],
): Promise<string> {
  let contactId: string | null = null
  for (const [position, channelId] of channelIds.entries()) {
    const occurredAt = new Date(Date.now() + position * 1000).toISOString()
    const message = messageOf(line.tenant, { channel, channelId, address, occurredAt })
    contactId = (await line.accept(message)).contactId ?? null
  }
  return contactId ?? ''
}

/** Where the contact's messages leave, and the conversations that they are in. */
async function left(contactId: string): Promise<{ outbox: string[]; conversations: string[] }> {
  const [row] = await line.rows<{ outbox: string[]; conversations: string[] }>(
    `select (select array_agg(channel_id order by position) from outbox where contact_id = $1) as outbox,
      (select array_agg(v.channel_id order by o.position) from messages m
        join outbox o on o.tenant_id = m.tenant_id and o.id = m.effect_id
        join conversations v on v.tenant_id = m.tenant_id and v.id = m.conversation_id
        where m.contact_id = $1 and m.direction = 'out') as conversations`,
    [contactId],
  )
  return row ?? { outbox: [], conversations: [] }
}

test('an answer leaves by the WhatsApp number that was written to, also when one batch has both', async () => {
  const contactId = await write({ phone: newPhone() }, 'whatsapp', [second, first, second])
  await work()
  const channels = [second, first, second]
  expect(await left(contactId)).toEqual({ outbox: channels, conversations: channels })
})

test('an answer leaves by the e-mail address that was written to', async () => {
  const written = mailboxes.toReversed()
  const contactId = await write({ email: 'ana@example.com' }, 'email', written)
  await work()
  expect(await left(contactId)).toEqual({ outbox: written, conversations: written })
})

test('a later word of the workflow leaves by the number of the answer, whoever worked before', async () => {
  const phone = newPhone()
  const contactId = await write({ phone }, 'whatsapp', [second])
  await work()
  await line.accept(leadOf(line.tenant, { address: { phone } }))
  await work()
  expect((await left(contactId)).outbox).toEqual([second, second])
})

test('who never wrote hears from the oldest number that nobody has paused, else from the oldest', async () => {
  const lead = async () => {
    const { contactId } = await line.accept(leadOf(line.tenant))
    await work()
    return (await left(contactId ?? '')).outbox
  }
  expect(await lead()).toEqual([first])
  await pause(first)
  expect(await lead()).toEqual([second])
  await pause(second)
  expect(await lead()).toEqual([first])
})

test('an answer waits for the number that was written to while it is paused', async () => {
  await pause(second)
  const contactId = await write({ phone: newPhone() }, 'whatsapp', [second])
  await work()
  expect((await left(contactId)).outbox).toEqual([second])
})

test('a number that was removed sends nothing more', async () => {
  const gone = await openChannel('whatsapp')
  const contactId = await write({ phone: newPhone() }, 'whatsapp', [gone])
  await line.pool.query('update channels set kind = $2 where id = $1', [gone, REMOVED])
  await work()
  expect((await left(contactId)).outbox).toEqual([first])
})

test("I9: an envelope that names another tenant's channel is answered by the own one", async () => {
  const stranger = await createTenant(line.pool)
  const { contactId } = await line.accept(leadOf(line.tenant, { source: 'nobody listens' }))
  await line.enqueue(contactId ?? '', {
    type: 'message.received',
    payload: { channel: 'whatsapp', channelId: stranger.channelId, kind: 'text', text: 'Oi' },
  })
  await work()
  expect((await left(contactId ?? '')).outbox).toEqual([first])
})
