// The lead of the demonstration, sent like that of a landing page: signed, over HTTP, to the public webhook.

import { randomBytes } from 'node:crypto'
import { request } from 'undici'
import type { WebhookReply } from '#machines/contracts/api.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { signIntake } from '../connectors/intake/authenticate.ts'
import type { Demo } from './demo-file.ts'

export const DEMO_LEAD = {
  source: 'instagram',
  name: 'Ana',
  phone_e164: '+5531999999999',
  email: 'ana@example.com',
  tags: ['promo'],
  message: 'Oi, vi o anúncio e quero saber mais',
}

/**
 * Posts the lead under an event id of its own.
 * @throws {FluxoError} SETUP_FAILED with the gateway's answer when it is refused
 */
export async function sendDemoLead(demo: Demo, eventId: string): Promise<WebhookReply> {
  const body = JSON.stringify({ event_id: eventId, ...DEMO_LEAD })
  const timestamp = Math.floor(Date.now() / 1000)
  const nonce = randomBytes(12).toString('hex')
  const answer = await request(demo.leadsUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...signIntake(demo.sourceSecret, body, { timestamp, nonce }),
    },
    body,
  })
  const text = await answer.body.text()
  if (answer.statusCode >= 300)
    throw new FluxoError('SETUP_FAILED', { message: `the demo lead was refused: ${text}` })
  return JSON.parse(text) as WebhookReply
}
