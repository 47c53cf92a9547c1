// Signed webhooks to whoever registered for them, again and again until 2xx, as providers do.

import { Agent } from 'undici'

export interface Deliverable {
  id: string
  /** Milliseconds since 1970. */
  dueAt: number
}

export interface DeliveryRequest {
  url: string
  headers: Record<string, string>
  body: string | Buffer
}

export interface DeliveryOptions<Webhook extends Deliverable> {
  /** What an earlier process left undelivered. */
  waiting: Iterable<Webhook>
  /** The request as it is at this try, or another way to bring it; null while nobody has registered for it. */
  requestOf: (webhook: Webhook) => DeliveryRequest | (() => Promise<number | null>) | null
  onDelivered: (webhook: Webhook) => void
  now: () => number
}

export interface Delivery<Webhook extends Deliverable> {
  /** Delivers at the webhook's time, with as many tries as it takes. */
  schedule(webhook: Webhook): void
  /** Tries once now and goes on in the background; the first try's status, null without an answer. */
  deliver(webhook: Webhook): Promise<number | null>
  close(): Promise<void>
}

const FIRST_DELAY_MS = 250
/** Meta waits longer and longer for days; a demo should not. */
const LONGEST_DELAY_MS = 5000
const TIMEOUT_MS = 10_000
/** Lets a backlog drain without a flood of sockets. What waits for one of them does not time out meanwhile. */
const CONNECTIONS = 16

/** Starts with what was left undelivered. */
export function createDelivery<Webhook extends Deliverable>(
  options: DeliveryOptions<Webhook>,
): Delivery<Webhook> {
  const agent = new Agent({ connections: CONNECTIONS })
  const timers = new Set<NodeJS.Timeout>()
  const closing = new AbortController()
  const turns = createTurns(CONNECTIONS)

  const after = (ms: number, run: () => void): void => {
    if (closing.signal.aborted) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        run()
      },
      Math.max(0, ms),
    )
    timers.add(timer)
  }

  const attempt = async (webhook: Webhook, tries: number): Promise<number | null> => {
    const request = options.requestOf(webhook)
    const send = (): Promise<number | null> => {
      if (typeof request === 'function') return request()
      return request ? post(request, { agent, signal: closing.signal }) : Promise.resolve(null)
    }
    const status = await turns(send)
    if (closing.signal.aborted) return status
    if (status !== null && status >= 200 && status < 300) options.onDelivered(webhook)
    else {
      const wait = Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS)
      after(wait, () => void attempt(webhook, tries + 1))
    }
    return status
  }

  const delivery: Delivery<Webhook> = {
    schedule: (webhook) => after(webhook.dueAt - options.now(), () => void attempt(webhook, 0)),
    deliver: (webhook) => attempt(webhook, 0),
    close: async () => {
      closing.abort()
      for (const timer of timers) clearTimeout(timer)
      await agent.destroy()
    },
  }
  for (const webhook of options.waiting) delivery.schedule(webhook)
  return delivery
}

/** So many at a time, the others in the order of their coming. */
function createTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy -= 1
    }
  }
}

async function post(
  { url: address, headers, body }: DeliveryRequest,
  { agent, signal }: { agent: Agent; signal: AbortSignal },
): Promise<number | null> {
  const url = new URL(address)
  try {
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body.dump()
    return response.statusCode
  } catch {
    return null
  }
}
