// What an outcome of an attempt means for its effect: the end, or a rest until the next attempt or until a status tells.

import type { Outcome } from '../../connectors/connector.ts'
import type { ClaimedEffect } from '../executor/claim-effects.ts'
import type { Rest } from './rest-effects.ts'
import { CHANNEL_PAUSED } from '../paused-channel.ts'
import { MAX_ATTEMPTS, retryDelay } from './retry.ts'
import type { Result } from './settle.ts'
import { troubleOf } from './trouble.ts'

export type Unfinished = Extract<Outcome, { type: 'retry' | 'uncertain' }>

/** @returns null when the effect is not at its end */
export function resultOf(effect: ClaimedEffect, outcome: Outcome): Result | null {
  if (outcome.type === 'accepted') {
    const { providerMessageId, output } = outcome
    return { type: 'done', providerMessageId, output }
  }
  if (outcome.type === 'failed') return outcome
  if (outcome.type === 'uncertain' || effect.attempts < MAX_ATTEMPTS) return null
  return isFreeAttempt(effect, outcome) ? null : { type: 'failed', error: outcome.error }
}

export function restOf(effect: ClaimedEffect, outcome: Unfinished, uncertainSeconds: number): Rest {
  const { tenantId, id: effectId, claimToken, attempts } = effect
  const rest = { tenantId, effectId, claimToken, error: outcome.error }
  if (outcome.type === 'uncertain') {
    return { ...rest, status: 'uncertain', delayMs: uncertainSeconds * 1000, isFree: false }
  }
  const trouble = troubleOf(outcome.error)
  const delayMs = retryDelay(attempts, outcome.retryAfterMs, Math.random(), trouble)
  return { ...rest, status: 'waiting', delayMs, isFree: isFreeAttempt(effect, outcome) }
}

/** It was surely not taken, and all that it told is that the account is still down, or paused by a person. */
function isFreeAttempt({ circuit }: ClaimedEffect, outcome: Unfinished): boolean {
  if (outcome.type !== 'retry') return false
  return outcome.error.code === CHANNEL_PAUSED || (circuit.isOpen && isAccountDown(outcome))
}

export function isAccountDown(outcome: Outcome): outcome is Unfinished {
  const isUnfinished = outcome.type === 'retry' || outcome.type === 'uncertain'
  return isUnfinished && troubleOf(outcome.error) === 'account'
}

/** A refusal is an answer too, unless it is our own: what never left says nothing of the account. */
export function wasAnswered(outcome: Outcome): boolean {
  if (outcome.type === 'accepted') return true
  if (outcome.type === 'uncertain' || isAccountDown(outcome)) return false
  return /^(WHATSAPP_\d|SMTP_\d|SENDGRID_|SES_|HTTP_[1-4]|PROVIDER_)/.test(outcome.error.code)
}
