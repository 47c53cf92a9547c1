// WhatsApp refuses a send because the person wants no more marketing: ledger, contact, workflow, all with the settlement.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../../testing/outbox.ts'
import { createScriptConnector, type ScriptConnector } from '../../testing/script-connector.ts'
import { queueMessages } from '../../testing/senders.ts'

let line: TestLine
let outbox: TestOutbox
let provider: ScriptConnector
beforeAll(async () => {
  line = await createTestLine()
  provider = createScriptConnector()
  outbox = createTestOutbox(line, line.createWorker(), provider.registry)
})
afterAll(() => line.close())

test('131050 revokes marketing for the one whom it names, in the ledger and for its workflows', async () => {
  const [told, other] = await queueMessages(line.pool, line.tenant, { count: 2 })
  const error = (code: string) => () =>
    ({ type: 'failed', error: { code, message: 'no' } }) as const
  provider.answers.push(error('WHATSAPP_131050'))
  await outbox.perform(told?.effectId ?? '')
  provider.answers.push(error('WHATSAPP_131026'))
  await outbox.perform(other?.effectId ?? '')

  const ledger = await line.rows(
    `select c.purpose, c.status, c.source, c.evidence_json as evidence, k.consents_json as known
     from consents c join contacts k on k.tenant_id = c.tenant_id and k.id = c.contact_id`,
  )
  expect(ledger).toEqual([
    {
      purpose: 'marketing',
      status: 'revoked',
      source: 'whatsapp',
      evidence: { effectId: told?.effectId, code: 'WHATSAPP_131050' },
      known: { marketing: false },
    },
  ])
  const events = await line.rows<{ type: string; payload: object }>(
    "select envelope->>'type' as type, envelope->'payload' as payload from mailbox order by 1",
  )
  expect(events.map(({ type }) => type)).toEqual([
    'consent.revoked',
    'effect.failed',
    'effect.failed',
  ])
  expect(events[0]?.payload).toMatchObject({ purpose: 'marketing', effectId: told?.effectId })
})
