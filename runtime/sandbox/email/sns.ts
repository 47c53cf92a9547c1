// Amazon SNS as HTTP endpoints hear it: notifications and confirmations, signed with the sandbox's certificate.

import { randomBytes, sign } from 'node:crypto'
import type { Reply, Route } from '../http.ts'
import type { MailContext } from './context.ts'
import { keysOf } from './keys.ts'
import type { MailAccount, MailWebhook } from './record.ts'

/** The fields that are signed, in this order; those that are missing are left out. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
} as const

/** The message of a webhook as SNS posts it; null while nobody could fetch the certificate. */
export function snsRequestOf(webhook: MailWebhook, account: MailAccount, context: MailContext) {
  const { base, store } = context
  const topicArn = account.topicArn ?? ''
  const isConfirmed = store.state.confirmedTopics.has(topicArn)
  if (base.url === '' || !account.webhookUrl || (webhook.kind === 'sns' && !isConfirmed))
    return null
  const type = webhook.kind === 'confirm' ? 'SubscriptionConfirmation' : 'Notification'
  const token = webhook.meta['token'] ?? ''
  const message: Record<string, string> = {
    Type: type,
    MessageId: webhook.id,
    TopicArn: topicArn,
    Message: webhook.body,
    Timestamp: new Date(context.now()).toISOString(),
    ...(type === 'SubscriptionConfirmation' && {
      Token: token,
      SubscribeURL: `${base.url}/sns/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
    }),
  }
  const signed = signSns(message, webhook.meta['signatureVersion'] ?? '2', context)
  return {
    url: account.webhookUrl,
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': type,
      'x-amz-sns-message-id': webhook.id,
      'x-amz-sns-topic-arn': topicArn,
    },
    body: JSON.stringify(signed),
  }
}

function signSns(
  message: Record<string, string>,
  version: string,
  { base, store, now }: MailContext,
): Record<string, string> {
  const names = SIGNED[message['Type'] as keyof typeof SIGNED]
  const text = names
    .filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${message[name]}\n`)
    .join('')
  const hash = version === '1' ? 'sha1' : 'sha256'
  return {
    ...message,
    SignatureVersion: version,
    Signature: sign(hash, Buffer.from(text), keysOf(store, now()).sns).toString('base64'),
    SigningCertURL: `${base.url}/sns/SimpleNotificationService-sandbox.pem`,
  }
}

/** The webhook that asks the owner of an address whether it wants the topic. */
export function confirmationOf(account: MailAccount, now: number): MailWebhook {
  const message =
    `You have chosen to subscribe to the topic ${account.topicArn}.\n` +
    'To confirm the subscription, visit the SubscribeURL included in this message.'
  const token = randomBytes(32).toString('hex')
  const id = `confirm-${token.slice(0, 16)}`
  return { id, account: account.id, dueAt: now, kind: 'confirm', body: message, meta: { token } }
}

/** Makes the routes that a subscriber calls: the certificate, the confirmation. */
export function snsRoutes(context: MailContext): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/sns\/SimpleNotificationService-sandbox\.pem$/,
      handle: () => ({
        status: 200,
        body: Buffer.from(keysOf(context.store, context.now()).certificate),
        headers: { 'content-type': 'application/x-pem-file' },
      }),
    },
    { method: 'GET', path: /^\/sns\/?$/, handle: ({ query }) => confirm(query, context) },
  ]
}

function confirm(query: URLSearchParams, { store }: MailContext): Reply {
  const topicArn = query.get('TopicArn') ?? ''
  const account = [...store.state.accounts.values()].find((one) => one.topicArn === topicArn)
  if (query.get('Action') !== 'ConfirmSubscription' || !account || !query.get('Token'))
    return xml(400, '<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>')
  store.append([{ type: 'confirmed', topicArn }])
  return xml(
    200,
    `<ConfirmSubscriptionResponse><ConfirmSubscriptionResult><SubscriptionArn>${topicArn}:1</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`,
  )
}

function xml(status: number, body: string): Reply {
  return { status, body: Buffer.from(body), headers: { 'content-type': 'text/xml' } }
}
