// The keys that SendGrid and SNS sign with here: made when first asked for, kept for ever.

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { createCertificate } from './certificate.ts'
import type { MailKeys } from './record.ts'
import type { MailStore } from './store.ts'

/** The sandbox's keys in PEM. */
export function keysOf(store: MailStore, now: number): MailKeys {
  if (store.state.keys) return store.state.keys
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
  const sns = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem).toString()
  const keys: MailKeys = {
    sendgrid: ec.export(pem).toString(),
    sns,
    certificate: createCertificate(sns, 'sns.sandbox', now),
  }
  store.append([{ type: 'keys', keys }])
  return keys
}

/** As SendGrid's settings page shows it: DER in base64. */
export function sendgridPublicKey({ sendgrid }: MailKeys): string {
  const key = createPublicKey(createPrivateKey(sendgrid))
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

/** The headers of a signed webhook of SendGrid: ECDSA with SHA-256 over the timestamp and the bytes. */
export function signAsSendgrid(
  { sendgrid }: MailKeys,
  body: Buffer,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), sendgrid)
  return {
    'x-twilio-email-event-webhook-timestamp': timestamp,
    'x-twilio-email-event-webhook-signature': signature.toString('base64'),
  }
}
