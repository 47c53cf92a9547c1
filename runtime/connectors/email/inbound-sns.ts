// Amazon SNS as it calls us: whose certificate signed it, whether we asked for its topic, and the confirmation that it
// wants first. AWS: "Verifying the signatures of Amazon SNS messages".

import { verify, X509Certificate } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { OpenChannel } from '../connector.ts'
import type { Egress } from '../../egress/egress.ts'
import { listIn } from './inbound-settings.ts'

const MessageSchema = z.looseObject({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.base64(),
  SigningCertURL: z.string().max(1000),
  Subject: z.string().optional(),
  Token: z.string().optional(),
  SubscribeURL: z.string().max(2000).optional(),
})
export type SnsMessage = z.infer<typeof MessageSchema>

/** The fields that are signed, in this order. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  confirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const

const AWS_HOST = /^sns\.[a-z]{2}(-[a-z]+){1,3}-\d\.amazonaws\.com(\.cn)?$/
const CERTIFICATE_PATH = /\/SimpleNotificationService-[\w-]{1,80}\.pem$/

export interface SnsVerifier {
  /**
   * Proves that SNS sent it, for a topic of the channel.
   * @throws {FluxoError} WEBHOOK_SIGNATURE_INVALID; EGRESS_… while the certificate cannot be fetched
   */
  verify(message: SnsMessage, channel: OpenChannel, egress: Egress): Promise<void>
  /**
   * Says yes to a subscription that was proven.
   * @throws {FluxoError} EGRESS_…, so that SNS asks again
   */
  confirm(message: SnsMessage, egress: Egress): Promise<void>
}

/**
 * Reads what SNS posts.
 * @throws {FluxoError} WEBHOOK_SIGNATURE_INVALID for everything else
 */
export function readSnsMessage(body: unknown): SnsMessage {
  const message = MessageSchema.safeParse(body)
  if (message.success) return message.data
  throw new FluxoError('WEBHOOK_SIGNATURE_INVALID', { field: 'Signature' })
}

/** Creates a verifier. @param standIn address that stands in for AWS's, e.g. the sandbox's `http://127.0.0.1:3001/sns` */
export function createSnsVerifier(standIn: string | undefined): SnsVerifier {
  const certificates = new LRUCache<string, X509Certificate>({ max: 50, ttl: 3600 * 1000 })

  async function certificateAt(url: string, egress: Egress): Promise<X509Certificate> {
    const known = certificates.get(url)
    if (known) return known
    if (!isTrusted(url, standIn) || !CERTIFICATE_PATH.test(new URL(url).pathname))
      throw refused('SigningCertURL')
    const { status, body } = await egress.request({ url, maxBytes: 64 * 1024 })
    if (status !== 200) throw new FluxoError('EGRESS_UNREACHABLE', { field: 'SigningCertURL' })
    const certificate = certificateOf(body)
    certificates.set(url, certificate)
    return certificate
  }

  return {
    verify: async (message, { config }, egress) => {
      const topics = listIn(config['snsTopicArns'])
      if (message.TopicArn === '' || !topics.includes(message.TopicArn)) throw refused('TopicArn')
      const certificate = await certificateAt(message.SigningCertURL, egress)
      const now = Date.now()
      const isValid =
        Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)
      if (!isValid || !isSignedBy(certificate, message)) throw refused('Signature')
    },
    confirm: async ({ SubscribeURL: url = '' }, egress) => {
      if (!isTrusted(url, standIn)) throw refused('SubscribeURL')
      const { status } = await egress.request({ url })
      if (status !== 200) throw new FluxoError('EGRESS_UNREACHABLE', { field: 'SubscribeURL' })
    },
  }
}

function refused(field: string): FluxoError {
  return new FluxoError('WEBHOOK_SIGNATURE_INVALID', { field })
}

function certificateOf(body: Buffer): X509Certificate {
  try {
    return new X509Certificate(body)
  } catch (cause) {
    throw new FluxoError('WEBHOOK_SIGNATURE_INVALID', { field: 'SigningCertURL', cause })
  }
}

/** AWS's own hosts over TLS, which vouches for the certificate; nothing else but the stand-in. */
function isTrusted(address: string, standIn: string | undefined): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, port, username, password, origin, pathname } = new URL(address)
  if (username !== '' || password !== '') return false
  if (protocol === 'https:' && port === '' && AWS_HOST.test(hostname)) return true
  if (standIn === undefined) return false
  const base = new URL(standIn)
  return origin === base.origin && pathname.startsWith(`${base.pathname}/`)
}

function isSignedBy(certificate: X509Certificate, message: SnsMessage): boolean {
  const names = message.Type === 'Notification' ? SIGNED.Notification : SIGNED.confirmation
  const text = names
    .filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${String(message[name])}\n`)
    .join('')
  const hash = message.SignatureVersion === '1' ? 'sha1' : 'sha256'
  const { publicKey } = certificate
  const signature = Buffer.from(message.Signature, 'base64')
  return (
    publicKey.asymmetricKeyType === 'rsa' && verify(hash, Buffer.from(text), publicKey, signature)
  )
}
