// The send policy a second time, right before sending: what the contact said since the Step counts.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { messageOf } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'
import { createScriptConnector, type ScriptConnector } from '../../testing/script-connector.ts'
import { publish } from '../../testing/tenant.ts'
import { WELCOME } from '../../testing/workflows.ts'

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
let provider: ScriptConnector
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = line.createWorker()
  await worker.leases.renew()
  provider = createScriptConnector()
  outbox = createTestOutbox(line, worker, provider.registry)
})
beforeEach(async () => {
  await line.pool.query('delete from outbox')
  provider.sent.length = 0
})
afterAll(() => line.close())

const codeOf = async (effectId: string): Promise<unknown> => {
  const text = `select m.status, m.error_json->>'code' as code, d.code as buried from messages m
    left join dead_letters d on d.id = m.effect_id where m.effect_id = $1`
  return (await line.rows(text, [effectId]))[0]
}

const settleAll = async (): Promise<void> => {
  for (let jobs = await outbox.dispatch(); jobs.length > 0; jobs = await outbox.dispatch()) {
    for (const { effectId } of jobs) await outbox.perform(effectId)
    await worker.drain()
  }
}

async function say(contactId: string, text: string): Promise<void> {
  const [contact] = await line.rows<{ phone: string }>(
    'select phone_e164 as phone from contacts where id = $1',
    [contactId],
  )
  const address = { phone: contact?.phone ?? '' }
  await line.accept(messageOf(line.tenant, { address, text, occurredAt: new Date().toISOString() }))
  await worker.drain()
}

test('what was asked for before the contact opted out is not sent after it; the confirmation is', async () => {
  const { id, contactId } = await outbox.greet()
  await say(contactId, 'PARAR!')
  await settleAll()
  expect(await codeOf(id)).toEqual({
    status: 'failed',
    code: 'POLICY_OPTED_OUT',
    buried: 'POLICY_OPTED_OUT',
  })
  expect(provider.sent).toMatchObject([
    { contactId, command: { kind: 'whatsapp.send_text', text: expect.stringMatching(/VOLTAR/) } },
  ])
  const runs = 'select status from workflow_runs where contact_id = $1'
  expect(await line.rows(runs, [contactId])).toEqual([{ status: 'stopped' }])
  const notes = `select entry->>'note' as note from journal where contact_id = $1 order by seq`
  expect((await line.rows(notes, [contactId])).map(({ note }) => note as string | null)).toEqual([
    null,
    'opted_out',
    'run_ended',
    'confirmation_noted',
  ])
})

test('who comes back is written to again', async () => {
  const { id, contactId } = await outbox.greet()
  await say(contactId, 'parar')
  await say(contactId, 'Voltar')
  await settleAll()
  expect(await codeOf(id)).toEqual({ status: 'accepted', code: null, buried: null })
})

test('a consent that was taken back after the Step holds the message too', async () => {
  const { id, contactId } = await outbox.greet()
  await line.pool.query(
    `update outbox set command = (command::jsonb || '{"purpose": "marketing"}')::json where id = $1`,
    [id],
  )
  await line.pool.query(
    `update contacts set consents_json = '{"marketing": false}' where id = $1`,
    [contactId],
  )
  await settleAll()
  expect(await codeOf(id)).toMatchObject({ code: 'POLICY_NO_CONSENT' })
  expect(provider.sent).toEqual([])
})
