// What else Meta tells: statuses in any order and as late as one likes, words from the phone's own app, preferences, and
// news of numbers, accounts and templates.

import { z } from 'zod'
import { JsonObjectSchema } from '#machines/contracts/json.ts'
import { parseBody, Refusal, type Reply, type Route } from '../http.ts'
import type { SandboxContext } from './context.ts'
import { contentOf, ContentShape, numberFor, oneOfBoth, PhoneSchema } from './inbound-content.ts'
import { originOf } from './media-routes.ts'
import type { SandboxNumber, SandboxWebhook } from './record.ts'
import { changeWebhook, newWamid, statusWebhook } from './webhook-body.ts'

const phoneNumberId = z.string().optional()
const WEEK_MS = 7 * 24 * 3600 * 1000

const StatusesSchema = z.strictObject({
  /** The wamid of a message that was sent. */
  message: z.string().min(1).max(512),
  /** In the order in which they are delivered. */
  statuses: z
    .array(z.enum(['sent', 'delivered', 'read', 'failed']))
    .min(1)
    .max(50),
  /** How often each comes. */
  times: z.int().min(1).max(20).default(1),
  /** How long ago it happened, in milliseconds. */
  agoMs: z
    .int()
    .min(0)
    .max(4 * WEEK_MS)
    .default(0),
  /** Meta's code of a failure. */
  error: z.int().min(0).default(131026),
})

const EchoSchema = z
  .strictObject({
    to: PhoneSchema,
    id: z.string().max(512).optional(),
    phoneNumberId,
    ...ContentShape,
  })
  .refine(...oneOfBoth)

const PreferenceSchema = z.strictObject({
  from: PhoneSchema,
  value: z.enum(['stop', 'resume']),
  phoneNumberId,
})

const ChangeSchema = z.strictObject({
  /** `phone_number_quality_update`, `account_update`, `message_template_status_update`, … */
  field: z.string().min(1).max(100),
  value: JsonObjectSchema,
  /** How long ago it happened, in milliseconds. */
  agoMs: z
    .int()
    .min(0)
    .max(4 * WEEK_MS)
    .default(0),
  phoneNumberId,
})

/** Makes the routes. */
export function eventRoutes(context: SandboxContext): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/whatsapp\/statuses$/,
      handle: ({ body }) => tellStatuses(body, context),
    },
    {
      method: 'POST',
      path: /^\/whatsapp\/echo$/,
      handle: ({ body, ...request }) => echo(body, context, originOf({ body, ...request })),
    },
    {
      method: 'POST',
      path: /^\/whatsapp\/preferences$/,
      handle: ({ body }) => prefer(body, context),
    },
    { method: 'POST', path: /^\/whatsapp\/change$/, handle: ({ body }) => change(body, context) },
  ]
}

async function tellStatuses(body: unknown, context: SandboxContext): Promise<Reply> {
  const { message, statuses, times, agoMs, error } = parseBody(StatusesSchema, body)
  const arrival = context.store.state.arrivals.find(({ wamid }) => wamid === message)
  const number = arrival && context.store.state.numbers.get(arrival.phoneNumberId)
  if (!arrival || !number) throw new Refusal(404, 'No such message was sent')
  const at = context.now() - agoMs
  const sent = { wamid: message, to: arrival.to ?? '', effectId: arrival.effectId, at }
  const answers: (number | null)[] = []
  for (const status of statuses) {
    for (let n = 0; n < times; n++) {
      const webhook = statusWebhook(number, sent, { status, error })
      answers.push(await deliver(context, webhook))
    }
  }
  return { status: 200, body: { statuses: answers } }
}

async function echo(body: unknown, context: SandboxContext, origin: string): Promise<Reply> {
  const given = parseBody(EchoSchema, body)
  const number = numberFor(given.phoneNumberId, context)
  const id = given.id ?? newWamid()
  const to = given.to.replaceAll(/\D/g, '')
  const at = context.now()
  const { content, kind, text } = contentOf(given, { context, number, origin })
  const entry = {
    from: digitsOf(number),
    to,
    id,
    timestamp: String(Math.floor(at / 1000)),
    ...content,
  }
  const webhook = changeWebhook(number, {
    field: 'smb_message_echoes',
    value: { message_echoes: [entry] },
    hasNumber: true,
    at,
  })
  const time = new Date(at).toISOString()
  context.announce({
    provider: 'whatsapp',
    direction: 'out',
    id,
    who: `+${to}`,
    kind,
    text,
    at: time,
  })
  return { status: 200, body: { id, status: await deliver(context, webhook) } }
}

async function prefer(body: unknown, context: SandboxContext): Promise<Reply> {
  const { from, value, phoneNumberId: wanted } = parseBody(PreferenceSchema, body)
  const number = numberFor(wanted, context)
  const at = context.now()
  const waId = from.replaceAll(/\D/g, '')
  const preference = {
    wa_id: waId,
    category: 'marketing_messages',
    value,
    detail:
      value === 'stop'
        ? 'User requested to stop marketing messages'
        : 'User requested to resume marketing messages',
    timestamp: Math.floor(at / 1000),
  }
  const webhook = changeWebhook(number, {
    field: 'user_preferences',
    value: {
      contacts: [{ profile: { name: `+${waId}` }, wa_id: waId }],
      user_preferences: [preference],
    },
    hasNumber: true,
    at,
  })
  return { status: 200, body: { status: await deliver(context, webhook) } }
}

async function change(body: unknown, context: SandboxContext): Promise<Reply> {
  const { field, value, agoMs, phoneNumberId: wanted } = parseBody(ChangeSchema, body)
  const number = numberFor(wanted, context)
  const at = context.now() - agoMs
  const webhook = changeWebhook(number, { field, value, hasNumber: false, at })
  return { status: 200, body: { status: await deliver(context, webhook) } }
}

function deliver(context: SandboxContext, webhook: SandboxWebhook): Promise<number | null> {
  context.store.append([{ type: 'webhook', webhook }])
  return context.delivery.deliver(webhook)
}

function digitsOf({ displayPhoneNumber }: SandboxNumber): string {
  return displayPhoneNumber.replaceAll(/\D/g, '')
}
