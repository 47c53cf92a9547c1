// What a few people do: leads, purchases and messages, some of them twice, and answers when the time for them is just
// running out.

import type { World } from '../world/world.ts'
import { QUESTION, QUESTION_MS, QUIET_MS } from './documents.ts'
import { createSender, type Outgoing, type SenderOptions } from './sender.ts'
import type { SimulatedTenant } from './tenants.ts'

export interface LoadOptions extends SenderOptions {
  tenants: readonly SimulatedTenant[]
  people: number
  /** How long people do things, in milliseconds. */
  duration: number
}

export interface Load {
  start(): void
  /** A webhook of the provider: statuses or what a person wrote. */
  report(tenant: SimulatedTenant, value: unknown): void
  /** A person reads a message, and may answer when the time for it is just running out. */
  read(tenant: SimulatedTenant, message: { to: string; text: string }): void
  /** Requests that nobody has taken yet. */
  open(): number
}

export function createLoad(world: World, options: LoadOptions): Load {
  const random = world.random.fork('load')
  const sender = createSender(world, random, options)
  let made = 0
  const newId = (kind: string): string => `${kind}-${world.seed}-${++made}`

  function report(tenant: SimulatedTenant, value: unknown): void {
    const outgoing = webhookOf(tenant, value)
    sender.send(outgoing)
    if (random.chance(0.15)) world.schedule(random.next() * 800, null, () => sender.send(outgoing))
  }

  /** Senders repeat themselves. */
  function twice(outgoing: Outgoing): void {
    sender.send(outgoing)
    if (random.chance(0.3)) world.schedule(random.next() * 1_500, null, () => sender.send(outgoing))
  }

  const message = (tenant: SimulatedTenant, phone: string): void => {
    const text = random.chance(0.4) ? String(random.int(11)) : 'não sei'
    report(tenant, written(phone, { id: `wamid.in.${newId('m')}`, text, at: world.now() }))
  }
  const act = (roll: number, tenant: SimulatedTenant, phone: string): void => {
    if (roll < 0.35) message(tenant, phone)
    else if (roll < 0.6) twice(purchaseOf(tenant, phone, newId('buy')))
    else if (roll < 0.8) twice(leadOf(tenant, phone, newId('lead')))
    // Several messages at once over several connections.
    else
      for (let n = 0; n < 3; n++)
        world.schedule(random.next() * 40, null, () => message(tenant, phone))
  }

  /** What one person does. */
  function live(tenant: SimulatedTenant, phone: string): void {
    let at = random.next() * options.duration * 0.4
    world.schedule(at, null, () => twice(leadOf(tenant, phone, newId('lead'))))
    for (;;) {
      at += random.next() * options.duration * 0.6
      if (at >= options.duration) return
      const roll = random.next()
      world.schedule(at, null, () => act(roll, tenant, phone))
    }
  }

  function read(tenant: SimulatedTenant, { to, text }: { to: string; text: string }): void {
    if (text !== QUESTION || !random.chance(0.5)) return
    const isEarly = random.chance(0.5)
    const first = isEarly ? random.next() * 200 : QUESTION_MS * (0.9 + random.next() * 0.7)
    world.schedule(first, null, () => message(tenant, to))
    // Some add a word just when the first one is about to count.
    for (let words = 0; words < 2; words++)
      world.schedule(first + QUIET_MS + random.next() * 550, null, () => message(tenant, to))
  }

  return {
    start: () => {
      for (const tenant of options.tenants)
        for (let n = 0; n < options.people; n++) live(tenant, `55319${10_000_000 + n}`)
    },
    report,
    read,
    open: sender.open,
  }
}

function leadOf(tenant: SimulatedTenant, phone: string, id: string): Outgoing {
  const body = { event_id: id, source: 'site', name: 'Ana', phone_e164: `+${phone}` }
  return { tenant, road: 'leads', body: JSON.stringify(body), keys: [] }
}

function purchaseOf(tenant: SimulatedTenant, phone: string, id: string): Outgoing {
  const contact = { phone_e164: `+${phone}` }
  const body = { event_id: id, type: 'purchase.approved', contact, payload: { total: 10 } }
  return { tenant, road: 'events', body: JSON.stringify(body), keys: [] }
}

function written(
  phone: string,
  { id, text, at }: { id: string; text: string; at: number },
): unknown {
  const timestamp = String(Math.floor(at / 1000))
  return {
    contacts: [{ profile: { name: 'Ana' }, wa_id: phone }],
    messages: [{ from: phone, id, timestamp, type: 'text', text: { body: text } }],
  }
}

function webhookOf(tenant: SimulatedTenant, value: unknown): Outgoing {
  const metadata = { phone_number_id: tenant.phoneNumberId }
  const change = { field: 'messages', value: { metadata, ...(value as object) } }
  const body = { object: 'whatsapp_business_account', entry: [{ changes: [change] }] }
  const { messages = [] } = value as { messages?: { id: string }[] }
  const keys = messages.map(({ id }) => `wa:${tenant.phoneNumberId}:msg:${id}`)
  return { tenant, road: 'whatsapp', body: JSON.stringify(body), keys }
}
