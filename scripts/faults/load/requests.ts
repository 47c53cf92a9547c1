// Inputs as the outside world sends them: signed requests, written from the published description of the webhooks.

import { createHmac, randomBytes } from 'node:crypto'
import type { Input } from '../history.ts'
import type { Company } from '../stage/company.ts'

export interface SignedRequest {
  path: string
  headers: Record<string, string>
  body: string
}

/** Each copy of an input is signed anew; only its key stays. */
export function requestOf(input: Input, company: Company): SignedRequest {
  if (input.kind === 'message') return messageRequest(input, company)
  const { key, kind, phone, token } = input
  const body =
    kind === 'lead'
      ? { event_id: key, source: 'site', name: token, phone_e164: phone }
      : { event_id: key, type: 'purchase.approved', contact: { phone_e164: phone }, payload: {} }
  return signedRequest(kind === 'lead' ? 'leads' : 'events', company, JSON.stringify(body))
}

/** A request of the company's source, as `POST /webhooks/leads` and `/events` want it signed. */
export function signedRequest(
  path: 'leads' | 'events',
  { id, sourceId, sourceSecret }: Company,
  body: string,
): SignedRequest {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = randomBytes(12).toString('hex')
  const signature = createHmac('sha256', sourceSecret)
    .update(`${timestamp}.${nonce}.${body}`)
    .digest('hex')
  return {
    path: `/webhooks/${path}?tenant=${id}&source=${sourceId}`,
    headers: {
      'content-type': 'application/json',
      'x-signature': `sha256=${signature}`,
      'x-timestamp': timestamp,
      'x-nonce': nonce,
    },
    body,
  }
}

interface WrittenMessage {
  id: string
  phone: string
  text: string
  name: string
}

/** The contact's name goes with every message, as WhatsApp sends it: the contact's part of the token. */
export function nameIn(token: string): string {
  return token.split('-')[0] ?? token
}

function messageRequest({ key, phone, token }: Input, company: Company): SignedRequest {
  return whatsappRequest(company, [{ id: key, phone, text: token, name: nameIn(token) }])
}

/** One webhook of WhatsApp with so many changes, each a message. */
export function whatsappRequest(company: Company, messages: WrittenMessage[]): SignedRequest {
  const metadata = {
    display_phone_number: '5511900000000',
    phone_number_id: company.phoneNumberId,
  }
  const timestamp = String(Math.floor(Date.now() / 1000))
  const changes = messages.map(({ id, phone, text, name }) => {
    const from = phone.slice(1)
    const value = {
      messaging_product: 'whatsapp',
      metadata,
      contacts: [{ profile: { name }, wa_id: from }],
      messages: [{ from, id, timestamp, type: 'text', text: { body: text } }],
    }
    return { field: 'messages', value }
  })
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: `waba-${company.phoneNumberId}`, changes }],
  })
  const signature = createHmac('sha256', company.appSecret).update(body).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'x-hub-signature-256': `sha256=${signature}`,
  }
  return { path: '/webhooks/whatsapp', headers, body }
}
