// The other side of every send: takes it, refuses it, hangs, or breaks off before or after it took it; and tells later,
// by webhook, what became of it, sometimes twice and in the wrong order.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { Egress, EgressRequest, EgressResponse } from '../../egress/egress.ts'
import type { World } from '../world/world.ts'
import type { SimulatedTenant } from './tenants.ts'

/** What the provider does with a request. */
export type ProviderAnswer =
  | 'take'
  | 'busy'
  | 'fail'
  | 'hang'
  | 'break before'
  | 'break after'
  | 'unreachable'

export interface Send {
  effectId: string
  tenant: SimulatedTenant
  /** Digits. */
  to: string
  text: string
  messageId: string
}

export interface ProviderOptions {
  tenants: readonly SimulatedTenant[]
  /** Drawn for each request. */
  answer: () => ProviderAnswer
  /** A request arrived, taken or not. */
  onArrival: (effectId: string, tenant: SimulatedTenant | null) => void
  onTaken: (send: Send) => void
  /** Sends a webhook to the gateways. */
  report: (tenant: SimulatedTenant, value: unknown) => void
  isDisturbed: () => boolean
}

export interface Provider {
  egress: Egress
}

const ANSWER_MS = 40
const DEFAULT_TIMEOUT_MS = 15_000

export function createProvider(world: World, options: ProviderOptions): Provider {
  let nextMessage = 1

  function take(request: EgressRequest): string {
    const body = JSON.parse(String(request.body)) as {
      to: string
      text?: { body: string }
      biz_opaque_callback_data: string
    }
    const tenant = tenantOf(request, options.tenants)
    const effectId = body.biz_opaque_callback_data
    const messageId = `wamid.${world.seed}.${nextMessage++}`
    if (tenant) {
      const send: Send = { effectId, tenant, to: body.to, text: body.text?.body ?? '', messageId }
      options.onTaken(send)
      reportStatuses(world, send, options)
    }
    return messageId
  }

  function arrive(request: EgressRequest): void {
    const body = JSON.parse(String(request.body)) as { biz_opaque_callback_data: string }
    options.onArrival(body.biz_opaque_callback_data, tenantOf(request, options.tenants))
  }

  async function request(given: EgressRequest): Promise<EgressResponse> {
    const answer = options.answer()
    const process = world.current()
    const delay = (): number => 0.2 + world.random.next() * ANSWER_MS
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => void world.schedule(delay(), process, act)
      const interrupt = (): void => reject(new FluxoError('EGRESS_INTERRUPTED'))
      given.signal?.addEventListener('abort', interrupt, { once: true })
      if (given.signal?.aborted) return interrupt()
      if (answer === 'unreachable')
        return settle(() => reject(new FluxoError('EGRESS_UNREACHABLE')))
      world.schedule(delay(), null, () => {
        arrive(given)
        if (answer === 'take') {
          const messageId = take(given)
          settle(() => resolve(taken(messageId)))
        } else if (answer === 'busy') settle(() => resolve(busy()))
        else if (answer === 'fail') settle(() => resolve(reply(500, {})))
        else if (answer === 'hang')
          world.schedule(given.timeoutMs ?? DEFAULT_TIMEOUT_MS, process, interrupt)
        else {
          if (answer === 'break after') take(given)
          settle(interrupt)
        }
      })
    })
  }

  return { egress: { request, close: async () => {} } }
}

function tenantOf(
  request: EgressRequest,
  tenants: readonly SimulatedTenant[],
): SimulatedTenant | null {
  const found = tenants.find(({ phoneNumberId }) => request.url.includes(`/${phoneNumberId}/`))
  return found && request.headers?.['authorization'] === `Bearer ${found.accessToken}`
    ? found
    : null
}

function reply(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): EgressResponse {
  return { status, headers, body: Buffer.from(JSON.stringify(body)) }
}

const taken = (id: string): EgressResponse =>
  reply(200, { messaging_product: 'whatsapp', messages: [{ id, message_status: 'accepted' }] })

const busy = (): EgressResponse =>
  reply(
    429,
    { error: { message: 'Rate limit hit', type: 'OAuthException', code: 130_429 } },
    { 'retry-after': '1' },
  )

/** Statuses in order, one after the other; disturbed: reversed, doubled, late. */
function reportStatuses(world: World, send: Send, options: ProviderOptions): void {
  const { random } = world
  const isOdd = options.isDisturbed() && random.chance(0.5)
  const statuses = ['sent', 'delivered', 'read']
  const inOrder = isOdd && random.chance(0.5) ? statuses.toReversed() : statuses
  const copies = isOdd && random.chance(0.5) ? 2 : 1
  let at = random.next() * 30
  if (!isOdd && random.chance(0.6)) {
    const all = statuses.map((status) => statusOf(world, send, status))
    world.schedule(at, null, () => options.report(send.tenant, { statuses: all }))
    return
  }
  for (const status of inOrder) {
    at += isOdd && random.chance(0.3) ? random.next() * 3000 : random.next() * 60
    for (let copy = 0; copy < copies; copy++)
      world.schedule(at + copy * random.next() * 50, null, () =>
        options.report(send.tenant, { statuses: [statusOf(world, send, status)] }),
      )
  }
}

function statusOf(world: World, { messageId, to, effectId }: Send, status: string): unknown {
  return {
    id: messageId,
    status,
    timestamp: String(Math.floor(world.now() / 1000)),
    recipient_id: to,
    biz_opaque_callback_data: effectId,
  }
}
