// Webhooks of messages as Meta sends them: made and signed beforehand.

import { createHmac } from 'node:crypto'
import { type TestTenant, WHATSAPP_SECRETS } from '../../runtime/testing/tenant.ts'

export interface Webhook {
  body: string
  headers: { 'x-hub-signature-256': string }
}

/**
 * A contact's message.
 * @param contact number of the contact, which makes its phone number
 * @param wamid the provider's id of the message; each once
 */
export function webhookOf(tenant: TestTenant, contact: number, wamid: string): Webhook {
  const from = phoneOf(contact)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '5511900000000', phone_number_id: tenant.phoneNumberId },
    contacts: [{ profile: { name: 'Ana' }, wa_id: from }],
    messages: [{ from, id: wamid, timestamp, type: 'text', text: { body: 'Oi' } }],
  }
  const entry = [{ id: 'waba', changes: [{ field: 'messages', value }] }]
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry })
  const digest = createHmac('sha256', WHATSAPP_SECRETS.appSecret).update(body).digest('hex')
  return { body, headers: { 'x-hub-signature-256': `sha256=${digest}` } }
}

/** Digits of a Brazilian mobile number. */
export function phoneOf(contact: number): string {
  return `55119${String(80_000_000 + contact)}`
}
