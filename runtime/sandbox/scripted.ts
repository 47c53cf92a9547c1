// How a stand-in over HTTP plays the answer that a script has laid out for a send: late, refused, reset, or as usual.

import { setTimeout as wait } from 'node:timers/promises'
import type { Reply } from './http.ts'
import type { SandboxGround } from './provider.ts'
import type { Answer } from './script.ts'

export interface Acts {
  /** Takes the message and answers as the provider does. */
  accept(): Reply
  /** Refuses it in the provider's words. */
  refuse(answer: Answer & { status: number }): Reply
}

/** Plays the next answer for the provider; without one the message is accepted. */
export async function playScripted(
  { script, closing }: Pick<SandboxGround, 'script' | 'closing'>,
  { provider, to, kind }: { provider: string; to: string; kind: string },
  acts: Acts,
): Promise<Reply> {
  const answer = script.take(provider, { to, kind }) ?? {}
  const reply = decide(answer, acts)
  if (answer.hang) await wait(answer.hang, null, { signal: closing, ref: false }).catch(() => null)
  return reply
}

function decide(answer: Answer, { accept, refuse }: Acts): Reply {
  if (answer.reset === 'before') return { status: 0, body: null, reset: true }
  const status = answer.status ?? (answer.error === undefined ? undefined : 400)
  if (status === undefined) return { ...accept(), reset: answer.reset === 'after' }
  if (answer.body === undefined) return refuse({ ...answer, status })
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  return { status, body }
}
