// What a person or a script may do with the sandbox: look, write as the contact, register a number, lay out faults.

import { z } from 'zod'
import { JsonObjectSchema } from '#machines/contracts/json.ts'
import type { SandboxContext } from '../context.ts'
import { parseBody, Refusal, type Reply, type Route, type SandboxRequest } from '../http.ts'
import { NumberSchema, type SandboxArrival, type SandboxNumber } from '../record.ts'
import { isSameNumber, ScriptSchema } from '../script.ts'
import { inboundWebhook, newWamid } from './webhook-body.ts'

const InboundSchema = z
  .strictObject({
    /** The contact's number; written without a plus, as WhatsApp does, or with. */
    from: z.string().regex(/^\+?[1-9][\d ()-]{6,24}$/, 'a phone number with its country code'),
    text: z.string().min(1).max(4096).optional(),
    /** Any other kind: `{"type":"button","button":{…}}`. */
    message: JsonObjectSchema.optional(),
    name: z.string().max(300).optional(),
    /** Which number is written to; default the one registered last. */
    phoneNumberId: z.string().optional(),
    /** A wamid, to deliver the same message twice. */
    id: z.string().min(1).max(512).optional(),
  })
  .refine(({ text, message }) => (text === undefined) !== (message === undefined), {
    message: 'either text or message',
  })

const MAX_WAIT_MS = 60_000
/** `to` filters; `atLeast` with `waitMs` answers as soon as so many are there. */
const MessagesQuerySchema = z.object({
  to: z.string().optional(),
  atLeast: z.coerce.number().int().min(0).default(0),
  waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(0),
})

/** Makes the routes of the contract for scripts. */
export function controlRoutes(context: SandboxContext): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/whatsapp\/messages$/,
      handle: (request) => listMessages(request, context),
    },
    {
      method: 'GET',
      path: /^\/whatsapp\/arrivals$/,
      handle: (request) => listArrivals(request, context),
    },
    {
      method: 'POST',
      path: /^\/whatsapp\/inbound$/,
      handle: (request) => writeAsContact(request, context),
    },
    { method: 'POST', path: /^\/script$/, handle: ({ body }) => setScript(body, context) },
    { method: 'POST', path: /^\/configure$/, handle: ({ body }) => configure(body, context) },
  ]
}

async function listMessages({ query }: SandboxRequest, context: SandboxContext): Promise<Reply> {
  const { to, atLeast, waitMs } = parseBody(MessagesQuerySchema, Object.fromEntries(query))
  const messages = (): SandboxArrival[] =>
    arrivalsTo(context, to).filter(({ wamid }) => wamid !== null)
  if (waitMs > 0) await until(() => messages().length >= atLeast, { waitMs, context })
  const items = messages().map(({ wamid, answer: _answer, error: _error, id: _id, ...rest }) => ({
    id: wamid,
    ...rest,
  }))
  return { status: 200, body: { items } }
}

function listArrivals({ query }: SandboxRequest, context: SandboxContext): Reply {
  return { status: 200, body: { items: arrivalsTo(context, query.get('to') ?? undefined) } }
}

function arrivalsTo({ store }: SandboxContext, to: string | undefined): SandboxArrival[] {
  return store.state.arrivals.filter((one) => to === undefined || isSameNumber(to, one.to ?? ''))
}

async function until(
  isReached: () => boolean,
  { waitMs, context }: { waitMs: number; context: SandboxContext },
): Promise<void> {
  if (isReached()) return
  const limit = AbortSignal.any([context.closing, AbortSignal.timeout(waitMs)])
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = context.listen(() => {
    if (isReached()) resolve()
  })
  limit.addEventListener('abort', () => resolve(), { once: true })
  await promise
  stop()
}

async function writeAsContact({ body }: SandboxRequest, context: SandboxContext): Promise<Reply> {
  const inbound = parseBody(InboundSchema, body)
  const number = numberFor(inbound.phoneNumberId, context)
  const from = inbound.from.replace(/\D/g, '')
  const wamid = inbound.id ?? newWamid()
  const at = context.now()
  const text = inbound.text ?? ''
  const content = inbound.message ?? { type: 'text', text: { body: text } }
  const name = inbound.name ?? `+${from}`
  const webhook = inboundWebhook(number, { wamid, from, name, at, content })
  context.store.append([{ type: 'webhook', webhook }])
  const kind = typeof content['type'] === 'string' ? content['type'] : 'unknown'
  const time = new Date(at).toISOString()
  context.announce({ direction: 'in', id: wamid, phone: `+${from}`, kind, text, at: time })
  return { status: 200, body: { id: wamid, status: await context.delivery.deliver(webhook) } }
}

function numberFor(phoneNumberId: string | undefined, { store }: SandboxContext): SandboxNumber {
  const { numbers } = store.state
  const number =
    phoneNumberId === undefined ? [...numbers.values()].at(-1) : numbers.get(phoneNumberId)
  if (number) return number
  throw new Refusal(409, 'No such number is registered; POST /configure registers one')
}

function setScript(body: unknown, { script }: SandboxContext): Reply {
  return { status: 200, body: { waiting: script.set(parseBody(ScriptSchema, body)) } }
}

function configure(body: unknown, { store }: SandboxContext): Reply {
  const number = parseBody(NumberSchema, body)
  store.append([{ type: 'number', number }])
  return { status: 200, body: { phoneNumberId: number.phoneNumberId } }
}
