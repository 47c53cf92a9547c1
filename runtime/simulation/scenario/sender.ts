// Requests to the gateways: signed, sent until somebody answers 2xx, and sometimes copied by a stranger who kept an old
// one.

import { isFluxoError } from '#machines/contracts/errors.ts'
import { signIntake } from '../../connectors/intake/authenticate.ts'
import { sign } from '../../connectors/signature.ts'
import type { WebhookRequest } from '../../face.ts'
import type { Random } from '../world/random.ts'
import type { World } from '../world/world.ts'
import type { Gateway } from './installation.ts'
import type { SimulatedTenant } from './tenants.ts'

/** One request with what its sender may be told. */
export interface Outgoing {
  tenant: SimulatedTenant
  road: 'leads' | 'events' | 'whatsapp'
  body: string
  /** Keys that have to be there once it was answered 2xx. */
  keys: string[]
}

export interface SenderOptions {
  gateways: readonly Gateway[]
  /** A request was answered 2xx. */
  onAccepted: (
    tenant: SimulatedTenant,
    reply: { keys: string[]; eventId: string | null; nonce: string | null },
  ) => void
}

export interface Sender {
  send(outgoing: Outgoing): void
  /** Requests that nobody has taken yet. */
  open(): number
}

const TIMEOUT_MS = 4_000
const MAX_TRIES = 40
/** Codes that ask the sender to come again. */
const AGAIN = new Set(['DATABASE_UNAVAILABLE', 'INTERNAL', 'MAILBOX_FULL'])

export function createSender(world: World, random: Random, options: SenderOptions): Sender {
  let open = 0
  let signatures = 0

  function attempt(outgoing: Outgoing, tries: number): void {
    const signed = signedRequest(world, outgoing, `n${world.seed}-${++signatures}`)
    // A stranger may have seen it go by.
    if (outgoing.road !== 'whatsapp' && random.chance(0.15))
      world.schedule(random.next() * 6_000, null, () => offer(outgoing, signed, () => {}))
    offer(outgoing, signed, (isTaken) => {
      if (isTaken || tries >= MAX_TRIES) open -= 1
      else
        world.schedule(200 + random.next() * 400 * tries, null, () => attempt(outgoing, tries + 1))
    })
  }

  /** Gives the request to a gateway; tells once whether it was taken for good. */
  function offer(outgoing: Outgoing, signed: Signed, tell: (isTaken: boolean) => void): void {
    const gateway = options.gateways.length > 0 ? random.pick(options.gateways) : null
    if (!gateway) return tell(false)
    const tellOnce = once(tell)
    const tellSoon = (isTaken: boolean): void =>
      void world.schedule(random.next() * 3, null, () => tellOnce(isTaken))
    world.schedule(TIMEOUT_MS, null, () => tellOnce(false))
    world.schedule(random.next() * 3, gateway.process, () => {
      call(gateway, outgoing, signed).then(
        (eventId) => {
          const { keys, tenant } = outgoing
          options.onAccepted(tenant, { keys, eventId, nonce: signed.nonce })
          tellSoon(true)
        },
        (error: unknown) => tellSoon(isFinal(world, outgoing, error)),
      )
    })
    return undefined
  }

  return {
    send: (outgoing) => {
      open += 1
      attempt(outgoing, 1)
    },
    open: () => open,
  }
}

function once(tell: (isTaken: boolean) => void): (isTaken: boolean) => void {
  let isTold = false
  return (isTaken) => {
    if (!isTold) tell(isTaken)
    isTold = true
  }
}

/** What was refused for good is not sent again. */
function isFinal(world: World, { road }: Outgoing, error: unknown): boolean {
  if (!isFluxoError(error)) {
    world.fail(`I1 a webhook threw ${String((error as Error).stack)}`)
    return true
  }
  world.note(`webhook ${road} refused: ${error.code}`)
  return !AGAIN.has(error.code)
}

interface Signed {
  request: WebhookRequest
  nonce: string | null
}

function signedRequest(world: World, { tenant, road, body }: Outgoing, nonce: string): Signed {
  const rawBody = Buffer.from(body)
  if (road === 'whatsapp') {
    const headers = { 'x-hub-signature-256': sign(tenant.appSecret, [rawBody]) }
    return { request: { rawBody, headers }, nonce: null }
  }
  const timestamp = Math.floor(world.now() / 1000)
  const headers = signIntake(tenant.sourceSecret, rawBody, { timestamp, nonce })
  return { request: { rawBody, headers }, nonce }
}

/** @returns the event's id, where there is one */
async function call(
  { webhooks }: Gateway,
  outgoing: Outgoing,
  { request }: Signed,
): Promise<string | null> {
  const { tenant, road } = outgoing
  if (road === 'whatsapp') {
    await webhooks.whatsapp(request)
    return null
  }
  const addressed = { ...request, tenant: tenant.id, source: tenant.sourceId }
  const reply = await webhooks[road](addressed)
  return reply.eventId ?? null
}
