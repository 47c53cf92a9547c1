// What a person or a script may do with the sandbox: look, write as the contact, register a number, lay out faults.

import { z } from 'zod'
import type { SandboxContext } from './context.ts'
import { parseBody, type Reply, type Route, type SandboxRequest } from '../http.ts'
import { contentOf, ContentShape, numberFor, oneOfBoth, PhoneSchema } from './inbound-content.ts'
import { originOf } from './media-routes.ts'
import { NumberSchema, type SandboxArrival } from './record.ts'
import { isSameNumber } from '../script.ts'
import { waitUntil } from '../wait-until.ts'
import { inboundWebhook, newWamid } from './webhook-body.ts'

const InboundSchema = z
  .strictObject({
    from: PhoneSchema,
    /** Meta's id of the person for this business; a person without a number to show has only this. */
    userId: z.string().min(1).max(200).optional(),
    /** Says nothing of the number: the person goes by a username. */
    hidesNumber: z.boolean().default(false),
    name: z.string().max(300).optional(),
    /** Which number is written to; default the one registered last. */
    phoneNumberId: z.string().optional(),
    /** A wamid, to deliver the same message twice. */
    id: z.string().min(1).max(512).optional(),
    ...ContentShape,
  })
  .refine(...oneOfBoth)
  .refine(({ userId, hidesNumber }) => !hidesNumber || userId !== undefined, {
    message: 'who hides the number needs a userId',
  })

/** A file comes as base64. */
const MAX_INBOUND_BYTES = 32 * 1024 * 1024
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
      maxBytes: MAX_INBOUND_BYTES,
      handle: (request) => writeAsContact(request, context),
    },
    { method: 'POST', path: /^\/configure$/, handle: ({ body }) => configure(body, context) },
  ]
}

async function listMessages({ query }: SandboxRequest, context: SandboxContext): Promise<Reply> {
  const { to, atLeast, waitMs } = parseBody(MessagesQuerySchema, Object.fromEntries(query))
  const messages = (): SandboxArrival[] =>
    arrivalsTo(context, to).filter(({ wamid }) => wamid !== null)
  if (waitMs > 0) await waitUntil(() => messages().length >= atLeast, { waitMs, context })
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

async function writeAsContact(request: SandboxRequest, context: SandboxContext): Promise<Reply> {
  const inbound = parseBody(InboundSchema, request.body)
  const number = numberFor(inbound.phoneNumberId, context)
  const from = inbound.from.replace(/\D/g, '')
  const wamid = inbound.id ?? newWamid()
  const at = context.now()
  const origin = originOf(request)
  const { content, kind, text } = contentOf(inbound, { context, number, origin })
  const { userId = null, hidesNumber, name = `+${from}` } = inbound
  const who = { from: hidesNumber ? null : from, userId, name }
  const webhook = inboundWebhook(number, { wamid, at, content, ...who })
  context.store.append([{ type: 'webhook', webhook }])
  const time = new Date(at).toISOString()
  context.announce({
    provider: 'whatsapp',
    direction: 'in',
    id: wamid,
    who: `+${from}`,
    kind,
    text,
    at: time,
  })
  return { status: 200, body: { id: wamid, status: await context.delivery.deliver(webhook) } }
}

function configure(body: unknown, { store }: SandboxContext): Reply {
  const number = parseBody(NumberSchema, body)
  store.append([{ type: 'number', number }])
  return { status: 200, body: { phoneNumberId: number.phoneNumberId } }
}
