// Signed webhooks to whoever registered a number, again and again until 2xx, as Meta does.

import { Agent } from 'undici'
import { sign } from '../connectors/signature.ts'
import type { SandboxNumber, SandboxWebhook } from './record.ts'
import type { SandboxStore } from './store.ts'

export interface Delivery {
  /** Delivers at the webhook's time, with as many tries as it takes. */
  schedule(webhook: SandboxWebhook): void
  /** Tries once now and goes on in the background; the first try's status, null without an answer. */
  deliver(webhook: SandboxWebhook): Promise<number | null>
  close(): Promise<void>
}

const FIRST_DELAY_MS = 250
/** Meta waits longer and longer for days; a demo should not. */
const LONGEST_DELAY_MS = 5000
const TIMEOUT_MS = 10_000
/** Lets a backlog drain without a flood of sockets. What waits for one of them does not time out meanwhile. */
const CONNECTIONS = 16

/** Starts with what was left undelivered. */
export function createDelivery(store: SandboxStore, now: () => number): Delivery {
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

  const attempt = async (webhook: SandboxWebhook, tries: number): Promise<number | null> => {
    const number = store.state.numbers.get(webhook.phoneNumberId)
    const send = (): Promise<number | null> =>
      number ? post(number, webhook, { agent, signal: closing.signal }) : Promise.resolve(null)
    const status = await turns(send)
    if (closing.signal.aborted) return status
    if (status !== null && status >= 200 && status < 300) {
      store.append([{ type: 'delivered', id: webhook.id }])
    } else {
      const wait = Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS)
      after(wait, () => void attempt(webhook, tries + 1))
    }
    return status
  }

  const delivery: Delivery = {
    schedule: (webhook) => after(webhook.dueAt - now(), () => void attempt(webhook, 0)),
    deliver: (webhook) => attempt(webhook, 0),
    close: async () => {
      closing.abort()
      for (const timer of timers) clearTimeout(timer)
      await agent.destroy()
    },
  }
  for (const webhook of store.state.pending.values()) delivery.schedule(webhook)
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
  number: SandboxNumber,
  webhook: SandboxWebhook,
  { agent, signal }: { agent: Agent; signal: AbortSignal },
): Promise<number | null> {
  const body = JSON.stringify(webhook.body)
  const url = new URL(number.webhookUrl)
  try {
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature-256': sign(number.appSecret, [body]),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body.dump()
    return response.statusCode
  } catch {
    return null
  }
}
