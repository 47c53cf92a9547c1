// Whose trouble a refused attempt is: the account's, so that the breaker counts it; too fast a number's, so that the
// whole number slows down; too fast a pair's; or only this effect's own.

import type { EffectError } from '#machines/contracts/event.ts'
import { describeWhatsAppError } from '../connectors/whatsapp/error-codes.ts'

export type Trouble = 'account' | 'number' | 'pair' | 'effect'

const WHATSAPP = /^WHATSAPP_(\d{1,9})$/
const ACCOUNT =
  /^(HTTP_5\d\d|EGRESS_UNREACHABLE|EGRESS_INTERRUPTED|TIMEOUT|E(CONN|HOST|NET|PIPE)[A-Z]*)$/
/** Too many messages from this number to this person. */
const PAIR_CODE = 131056
/** The number is being moved to a higher throughput, which takes a minute. */
const UPGRADE_CODE = 131057
const UPGRADE_MS = 60_000
const NUMBER_PAUSE_MS = 2_000

export function troubleOf({ code }: EffectError): Trouble {
  if (code === 'HTTP_429') return 'number'
  if (ACCOUNT.test(code)) return 'account'
  const number = whatsAppCodeOf(code)
  if (number === null) return 'effect'
  if (number === PAIR_CODE) return 'pair'
  const { class: kind } = describeWhatsAppError(number)
  if (kind === 'rate') return 'number'
  return kind === 'temporary' ? 'account' : 'effect'
}

/** Milliseconds for which a number that was too fast sends nothing. */
export function pauseOf({ code }: EffectError, retryAfterMs: number | undefined): number {
  const least = whatsAppCodeOf(code) === UPGRADE_CODE ? UPGRADE_MS : NUMBER_PAUSE_MS
  return Math.max(least, retryAfterMs ?? 0)
}

function whatsAppCodeOf(code: string): number | null {
  const digits = WHATSAPP.exec(code)?.[1]
  return digits === undefined ? null : Number(digits)
}
