// Hands inputs in until they are taken: what ends without a clear answer is sent again under the same key.

import { Agent, request } from 'undici'
import type { Happening, History, Input } from '../history.ts'
import type { Company } from '../stage/company.ts'
import { sleep } from '../stage/time.ts'
import { requestOf, type SignedRequest } from './requests.ts'

export interface Answer {
  status: number
  ms: number
  body: string
  /** What the answer asks for, in seconds. */
  retryAfter: number | null
}

export interface Sender {
  /** One attempt at one gateway; status 0 where no answer came. */
  post(baseUrl: string, signed: SignedRequest): Promise<Answer>
  /** Attempts until one is answered with 2xx or refused for good. */
  deliver(input: Input, company: Company): Promise<void>
  /** Leaves one gateway alone; null leaves none. */
  avoid(baseUrl: string | null): void
  close(): Promise<void>
}

const CONNECTIONS = 64
/** Longer than a gateway may ever take. */
const GIVE_UP_MS = 10_000
const PAUSE_MS = 150
/** A promise to come back later must not stretch a run of seconds. */
const LONGEST_PAUSE_MS = 2_000

export function createSender(history: History, gateways: () => string[]): Sender {
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 })
  const stopping = new AbortController()
  let turn = 0
  let avoided: string | null = null

  async function post(baseUrl: string, signed: SignedRequest): Promise<Answer> {
    const begun = performance.now()
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(GIVE_UP_MS)])
    try {
      const reply = await request(`${baseUrl}${signed.path}`, {
        method: 'POST',
        dispatcher: agent,
        headers: signed.headers,
        body: signed.body,
        signal,
      })
      const body = await reply.body.text()
      const wait = Number(reply.headers['retry-after'])
      const retryAfter = Number.isFinite(wait) ? wait : null
      return { status: reply.statusCode, ms: performance.now() - begun, body, retryAfter }
    } catch {
      return { status: 0, ms: performance.now() - begun, body: '', retryAfter: null }
    }
  }

  /** Another gateway with each attempt, as who sends anything important does it. */
  async function tryOnce(
    input: Input,
    company: Company,
    { at, attempt }: { at: number; attempt: number },
  ): Promise<Answer> {
    const urls = gateways().filter((url) => url !== avoided)
    history.add({ type: 'invoke', ...input })
    const answer = await post(urls[at % urls.length] ?? '', requestOf(input, company))
    if (!stopping.signal.aborted) history.add(outcomeOf(input, answer, attempt))
    return answer
  }

  return {
    post,
    avoid: (baseUrl) => (avoided = baseUrl),
    deliver: async (input, company) => {
      turn += 1
      const first = turn
      for (let attempt = 1; ; attempt++) {
        const answer = await tryOnce(input, company, { at: first + attempt, attempt })
        if (isFinal(answer.status) || stopping.signal.aborted) return
        const asked = answer.retryAfter === null ? PAUSE_MS : answer.retryAfter * 1000
        await sleep(Math.min(Math.max(asked, PAUSE_MS), LONGEST_PAUSE_MS))
      }
    },
    close: async () => {
      stopping.abort()
      await agent.destroy()
    },
  }
}

/** Taken, or refused for what it is. */
function isFinal(status: number): boolean {
  return (status >= 200 && status < 300) || (status >= 400 && status < 500 && status !== 429)
}

function outcomeOf({ key }: Input, answer: Answer, attempt: number): Happening {
  const { status, ms } = answer
  const base = { key, attempt, status, ms: Math.round(ms) }
  if (status === 0) return { type: 'unknown', ...base }
  if (status >= 300) return { type: 'fail', ...base }
  const { eventId, duplicate } = JSON.parse(answer.body) as {
    eventId?: string
    duplicate?: boolean
  }
  return {
    type: 'ok',
    ...base,
    ...(eventId !== undefined && { eventId }),
    ...(duplicate !== undefined && { duplicate }),
  }
}
