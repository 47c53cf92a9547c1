// One send over HTTP that was found to be right: what the script says, with the provider's own words for a refusal.

import { setTimeout as wait } from 'node:timers/promises'
import type { Reply } from '../http.ts'
import { acceptMail, refuseMail, type Send, takeAnswer } from './accept.ts'
import type { MailContext } from './context.ts'
import type { Mail } from './record.ts'

export interface Voice {
  refused: (status: number, retryAfter: number | undefined) => Reply
  accepted: (mail: Mail) => Reply
}

/** Performs the send and answers in the provider's voice. */
export async function perform(send: Send, voice: Voice, context: MailContext): Promise<Reply> {
  const answer = takeAnswer(context, send)
  if (answer.reset === 'before') {
    await refuseMail(send, { answer: 'reset before', error: null }, context)
    return { status: 0, body: null, reset: true }
  }
  if (answer.status !== undefined) {
    await refuseMail(send, { answer: answer.status, error: 'as scripted' }, context)
    const reply = voice.refused(answer.status, answer.retryAfter)
    return answer.body === undefined ? reply : { ...reply, body: answer.body }
  }
  const mail = await acceptMail(send, answer, context)
  if (answer.hang)
    await wait(answer.hang, null, { signal: context.closing, ref: false }).catch(() => null)
  return { ...voice.accepted(mail), reset: answer.reset === 'after' }
}
