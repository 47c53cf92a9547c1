// Whose trouble a refused attempt is: the account's, so that the breaker counts it; too fast a number's, so that the
// whole number slows down; too fast a pair's; or only this effect's own.

import type { EffectError } from '#machines/contracts/event.ts'
import { describeWhatsAppError, whatsAppCodeOf } from '../../connectors/whatsapp/error-codes.ts'

export type Trouble = 'account' | 'number' | 'pair' | 'effect'

const ACCOUNT =
  /^(HTTP_5\d\d|EGRESS_UNREACHABLE|EGRESS_INTERRUPTED|TIMEOUT|E(CONN|HOST|NET|PIPE)[A-Z]*)$/
/** A number that is being moved to a higher throughput rests for so long. */
const UPGRADE_MS = 60_000
const NUMBER_PAUSE_MS = 2_000

export function troubleOf({ code }: EffectError): Trouble {
  if (code === 'HTTP_429') return 'number'
  if (ACCOUNT.test(code)) return 'account'
  const number = whatsAppCodeOf(code)
  if (number === null) return 'effect'
  const { rule } = describeWhatsAppError(number)
  if (rule === 'pair') return 'pair'
  if (rule === 'never') return 'effect'
  return rule === 'backoff' ? 'account' : 'number'
}

/** Milliseconds for which a number that was too fast sends nothing. */
export function pauseOf({ code }: EffectError, retryAfterMs: number | undefined): number {
  const number = whatsAppCodeOf(code)
  const isUpgrade = number !== null && describeWhatsAppError(number).rule === 'upgrade'
  return Math.max(isUpgrade ? UPGRADE_MS : NUMBER_PAUSE_MS, retryAfterMs ?? 0)
}
