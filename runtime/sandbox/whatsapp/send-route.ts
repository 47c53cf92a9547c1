// `POST /<version>/<phone number id>/messages`: takes or refuses a send, and remembers it before it answers.

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Json } from '#machines/contracts/json.ts'
import type { Reply, Route, SandboxRequest } from '../http.ts'
import type { SandboxArrival, SandboxNumber } from './record.ts'
import type { Answer } from '../script.ts'
import type { SandboxContext } from './context.ts'
import { type GraphError, graphErrorReply } from './graph-error.ts'
import { checkSend, type Mark, type Send, textOfSend } from './send-check.ts'
import { newWamid, planStatuses } from './webhook-body.ts'

/** What an arrival says of itself, valid or not. */
const ClaimsSchema = z
  .looseObject({
    to: z.string(),
    recipient: z.string(),
    type: z.string(),
    biz_opaque_callback_data: z.string(),
  })
  .partial()

/** Makes the route that a connector posts its messages to. */
export function sendRoute(context: SandboxContext): Route {
  return {
    method: 'POST',
    path: /^\/v\d{1,3}\.\d{1,2}\/(?<phoneNumberId>[^/]+)\/messages$/,
    handle: (request) => {
      const check = checkRequest(request, context)
      if (!check.ok) return refuse(request, check.error, context)
      return check.send ? perform(check, request, context) : mark(check.mark, request, context)
    },
  }
}

type Checked =
  | { ok: true; send: Send; number: SandboxNumber; mark?: never }
  | { ok: true; mark: Mark; send?: never }
  | { ok: false; error: GraphError }

function checkRequest(
  { params, headers, body }: SandboxRequest,
  { store }: SandboxContext,
): Checked {
  const phoneNumberId = params['phoneNumberId'] ?? ''
  const number = store.state.numbers.get(phoneNumberId)
  if (!number) {
    const details = `Object with ID '${phoneNumberId}' does not exist or is not registered here`
    return { ok: false, error: { code: 100, details } }
  }
  if (headers.authorization !== `Bearer ${number.accessToken}`) {
    return { ok: false, error: { code: 190, details: 'Invalid OAuth access token' } }
  }
  const check = checkSend(body, number, store.state)
  return check.ok && check.send ? { ...check, number } : check
}

/** Nothing that is sent: a mark on what the contact wrote. */
function mark(
  { message_id: message, typing_indicator: typing }: Mark,
  request: SandboxRequest,
  context: SandboxContext,
): Reply {
  const kind = typing ? 'typing' : 'read'
  const answer = context.script.take('whatsapp', { to: message, kind })
  if (answer?.status !== undefined || answer?.error !== undefined) {
    return refuse(request, scriptedError(answer), context)
  }
  record(context, { ...arrivalOf(request, context, { answer: 200 }), kind, text: message })
  return { status: 200, body: { success: true }, ...(answer?.reset && { reset: true }) }
}

async function perform(
  { send, number }: { send: Send; number: SandboxNumber },
  request: SandboxRequest,
  context: SandboxContext,
): Promise<Reply> {
  const answer = context.script.take('whatsapp', { to: send.to, kind: send.type }) ?? {}
  const reply = decide(answer, { send, number, request }, context)
  if (answer.hang)
    await wait(answer.hang, null, { signal: context.closing, ref: false }).catch(() => null)
  return reply
}

function decide(
  answer: Answer,
  { send, number, request }: { send: Send; number: SandboxNumber; request: SandboxRequest },
  context: SandboxContext,
): Reply {
  if (answer.reset === 'before') {
    record(context, arrivalOf(request, context, { answer: 'reset before' }))
    return { status: 0, body: null, reset: true }
  }
  if (answer.status !== undefined && answer.body !== undefined) {
    const { status, body } = answer
    record(context, arrivalOf(request, context, { answer: status }))
    return { status, body: typeof body === 'string' ? Buffer.from(body) : body }
  }
  if (answer.status !== undefined || answer.error !== undefined) {
    return refuse(request, scriptedError(answer), context)
  }
  return accept(answer, { send, number, request }, context)
}

function accept(
  answer: Answer,
  { send, number, request }: { send: Send; number: SandboxNumber; request: SandboxRequest },
  context: SandboxContext,
): Reply {
  const wamid = newWamid()
  const to = send.to.replace(/^\+/, '')
  const text = textOfSend(send, number, context.store.state)
  const reset = answer.reset === 'after'
  const arrival = arrivalOf(request, context, { answer: reset ? 'reset after' : 200, wamid, text })
  const message = { wamid, to, effectId: arrival.effectId, at: context.now() }
  const webhooks = planStatuses(number, message, { delays: context.statusDelays, answer })
  context.store.append([
    { type: 'arrival', arrival },
    ...webhooks.map((webhook) => ({ type: 'webhook' as const, webhook })),
  ])
  for (const webhook of webhooks) context.delivery.schedule(webhook)
  context.announce({
    provider: 'whatsapp',
    direction: 'out',
    id: wamid,
    who: send.recipient === undefined ? `+${to}` : to,
    kind: send.type,
    text,
    at: arrival.at,
  })
  const body = {
    messaging_product: 'whatsapp',
    contacts: [{ input: send.to, wa_id: to }],
    messages: [{ id: wamid, ...(send.type === 'template' && { message_status: 'accepted' }) }],
  }
  return { status: 200, body, reset }
}

function refuse(request: SandboxRequest, error: GraphError, context: SandboxContext): Reply {
  const reply = graphErrorReply(error)
  record(context, arrivalOf(request, context, { answer: reply.status, error: error.code }))
  return reply
}

/** A bare status gets the code that Meta would put with it. */
function scriptedError({ status, error, retryAfter }: Answer): GraphError {
  const usual =
    status === 429 ? 130429 : status === 401 ? 190 : status && status >= 500 ? 131000 : 100
  return {
    code: error ?? usual,
    details: 'As scripted',
    ...(status !== undefined && { status }),
    ...(retryAfter !== undefined && { retryAfter }),
  }
}

function record({ store }: SandboxContext, arrival: SandboxArrival): void {
  store.append([{ type: 'arrival', arrival }])
}

function arrivalOf(
  { params, body }: SandboxRequest,
  { now }: SandboxContext,
  outcome: Pick<SandboxArrival, 'answer'> & Partial<SandboxArrival>,
): SandboxArrival {
  const claims = ClaimsSchema.safeParse(body).data ?? {}
  return {
    id: randomUUID(),
    at: new Date(now()).toISOString(),
    phoneNumberId: params['phoneNumberId'] ?? '',
    to: (claims.to ?? claims.recipient)?.replace(/^\+/, '') ?? null,
    kind: claims.type ?? null,
    text: '',
    effectId: claims.biz_opaque_callback_data ?? null,
    wamid: null,
    error: null,
    body: body as Json,
    ...outcome,
  }
}
