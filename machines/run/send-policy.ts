// Whether a message may be sent to a contact at all. Asked when the Step is made and again right before sending.

import { type ChannelKind, LAST_CHANNEL } from '../contracts/channel.ts'
import type { Consents } from '../contracts/contact.ts'
import { type Command, messageChannelOf } from '../contracts/effect.ts'
import type { EffectError } from '../contracts/event.ts'

/** What is known of a contact that decides whether it may be written to. */
export interface Standing {
  consents?: Consents | undefined
  /** Since when the contact wants no messages, by channel. */
  optOuts: Record<ChannelKind, string>
  /** When the contact last wrote, by channel. */
  lastInboundAt: Record<ChannelKind, string>
}

/** What a contract asks for needs no consent of its own. LGPD art. 7 V. */
const FREE_PURPOSES: ReadonlySet<string> = new Set(['service', 'transactional', 'billing'])

/** WhatsApp takes other messages than templates only so long after the contact last wrote. */
const WINDOW_MS = 24 * 60 * 60 * 1000

/**
 * Why a command must not reach its contact, or null when it may.
 * @param at ISO 8601 instant at which it would be sent
 */
export function refusalOf(command: Command, standing: Standing, at: string): EffectError | null {
  const channel = messageChannelOf(command)
  if (channel === null) return null
  if (channel === LAST_CHANNEL) {
    return { code: 'POLICY_NO_CHANNEL', message: 'The contact has not written on any channel yet' }
  }
  if (standing.optOuts[channel] !== undefined) {
    return {
      code: 'POLICY_OPTED_OUT',
      message: `The contact wants no more messages over ${channel}`,
    }
  }
  const { purpose } = command as { purpose?: string }
  if (purpose !== undefined && !isAgreed(purpose, standing.consents)) {
    return { code: 'POLICY_NO_CONSENT', message: `The contact has not agreed to ${purpose}` }
  }
  if (isWindowClosed(command, standing, at)) {
    return {
      code: 'POLICY_WINDOW_CLOSED',
      message: 'The contact wrote more than 24 hours ago; only a template may be sent',
    }
  }
  return null
}

/** True for purposes that need no consent, and that nobody can unsubscribe from. */
export function isFreePurpose(purpose: string): boolean {
  return FREE_PURPOSES.has(purpose)
}

function isAgreed(purpose: string, consents: Consents = {}): boolean {
  return isFreePurpose(purpose) || (Object.hasOwn(consents, purpose) && !!consents[purpose])
}

/** A contact that never wrote is unknown, not silent: the provider decides. */
function isWindowClosed(command: Command, { lastInboundAt }: Standing, at: string): boolean {
  const last = lastInboundAt['whatsapp']
  const isWhatsApp = messageChannelOf(command) === 'whatsapp'
  if (!isWhatsApp || command.kind === 'whatsapp.send_template') return false
  return last !== undefined && Date.parse(at) - Date.parse(last) > WINDOW_MS
}
