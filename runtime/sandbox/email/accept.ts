// A mail that was handed in: taken, refused or lost as the script says, remembered before the answer leaves, and what
// becomes of it planned.

import { randomUUID } from 'node:crypto'
import PostalMime from 'postal-mime'
import type { Answer } from '../script.ts'
import type { MailContext } from './context.ts'
import { bounceWebhook } from './inbound.ts'
import { type MailEvent, type MailEventName, newEventId, webhookOf } from './events.ts'
import type { Mail, MailAccount, MailProvider, MailWebhook } from './record.ts'

export interface Send {
  provider: MailProvider
  account: MailAccount
  from: string
  to: string[]
  tags: Record<string, string>
  raw: Buffer
  /** Where the provider makes its own; else the mail's. */
  providerMessageId?: string
}

/** The next answer that a script has for mails to this address; `kind` of the script is the provider. */
export function takeAnswer(context: MailContext, send: Pick<Send, 'provider' | 'to'>): Answer {
  return context.script.take('email', { to: send.to[0] ?? '', kind: send.provider }) ?? {}
}

/** Remembers a mail that is not taken. */
export async function refuseMail(
  send: Send,
  outcome: Pick<Mail, 'answer' | 'error'>,
  context: MailContext,
): Promise<void> {
  context.store.append([{ type: 'mail', mail: await mailOf(send, outcome, context) }])
}

/** Takes a mail. */
export async function acceptMail(send: Send, answer: Answer, context: MailContext): Promise<Mail> {
  const made = await mailOf(
    send,
    { answer: answer.reset === 'after' ? 'reset after' : 200, error: null },
    context,
  )
  const mail = { ...made, providerMessageId: send.providerMessageId ?? made.messageId ?? made.id }
  const webhooks = planEvents(mail, answer, send.account)
  context.store.append([
    { type: 'mail', mail },
    ...webhooks.map((webhook) => ({ type: 'webhook' as const, webhook })),
  ])
  for (const webhook of webhooks) context.delivery.schedule(webhook)
  await announceMail(mail, context)
  return mail
}

/** Tells those who watch. */
export async function announceMail(mail: Mail, context: MailContext): Promise<void> {
  const { subject, text } = await PostalMime.parse(Buffer.from(mail.raw, 'base64'))
  context.announce({
    provider: 'email',
    direction: mail.direction,
    id: mail.id,
    who: (mail.direction === 'in' ? mail.from : mail.to[0]) ?? '',
    kind: mail.provider,
    text: `${subject ?? ''}\n\n${text ?? ''}`.trim(),
    at: mail.at,
  })
}

async function mailOf(
  { provider, account, from, to, tags, raw }: Send,
  outcome: Pick<Mail, 'answer' | 'error'>,
  { now }: MailContext,
): Promise<Mail> {
  const { headers, messageId } = await PostalMime.parse(raw)
  const header = headers.find(({ key }) => key === 'x-fluxo-effect')?.value
  return {
    id: randomUUID(),
    direction: 'out',
    at: new Date(now()).toISOString(),
    provider,
    account: account.id,
    from,
    to,
    effectId: tags['effect_id'] ?? header ?? null,
    messageId: messageId?.replace(/^<|>$/g, '') ?? null,
    providerMessageId: null,
    tags,
    raw: raw.toString('base64'),
    ...outcome,
  }
}

const DELAYS_MS: Partial<Record<MailEventName, number>> = {
  processed: 5,
  delivered: 20,
  bounce: 20,
}

function planEvents(mail: Mail, answer: Answer, account: MailAccount): MailWebhook[] {
  const fails = answer.failStatus !== undefined
  const first = Date.parse(mail.at) + (answer.delayStatuses ?? 0)
  const plain = eventsOf(mail, answer).map((event) => ({
    event,
    dueAt: first + (DELAYS_MS[event.event] ?? 0),
  }))
  if (account.provider === 'smtp') {
    const bounce = plain.find(({ event }) => event.event === 'bounce')
    return bounce && fails && account.inbound ? [bounceWebhook(mail, bounce, account)] : []
  }
  if (!account.webhookUrl) return []
  const times = plain.map(({ dueAt }) => dueAt)
  const ordered = answer.reorderStatuses ? plain.toReversed() : plain
  return ordered.flatMap(({ event }, index) => {
    const dueAt = times[index] ?? first
    const copies = Array.from({ length: answer.duplicateStatuses ?? 1 }, () =>
      webhookOf(mail, event, { account, dueAt }),
    )
    return copies.filter((webhook) => webhook !== null)
  })
}

function eventsOf(mail: Mail, { failStatus }: Answer): MailEvent[] {
  const names: MailEventName[] = ['processed', failStatus === undefined ? 'delivered' : 'bounce']
  return mail.to.flatMap((to) =>
    names.map((event, index) => ({
      event,
      at: Date.parse(mail.at) + index,
      to,
      kind: failStatus !== undefined && failStatus < 500 ? 'soft' : 'hard',
      url: '',
      userAgent: '',
      isMachine: false,
      diagnostic: `smtp; ${failStatus ?? 250} as scripted`,
      id: newEventId(),
    })),
  )
}
