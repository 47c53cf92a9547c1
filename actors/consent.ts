// What is known of the contact: facts that travel with envelopes, consents that are given and taken back.

import type { ChannelKind } from '#machines/contracts/channel.ts'
import { type ContactFacts, PURPOSE_PATTERN } from '#machines/contracts/contact.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { ContactState } from './snapshot.ts'

/** Fresh facts replace what was known; of consents, only those that they speak of. */
export function withFacts(state: ContactState, envelope: Envelope): ContactState {
  const { payload } = envelope
  const told = (payload as { contact?: ContactFacts }).contact
  const fromEffect = envelope.type === 'effect.done' ? told : undefined
  const facts = fromEffect ?? envelope.contact ?? state.contact
  const consents = {
    ...state.contact.consents,
    ...facts.consents,
    ...consentIn(envelope),
  }
  const contact = Object.keys(consents).length > 0 ? { ...facts, consents } : facts
  return { ...state, contact }
}

/** What a consent event says; one that names no purpose says nothing. */
function consentIn({ type, payload }: Envelope): Record<string, boolean> {
  if (type !== 'consent.granted' && type !== 'consent.revoked') return {}
  const { purpose } = payload
  const isPurpose = typeof purpose === 'string' && PURPOSE_PATTERN.test(purpose)
  return isPurpose ? { [purpose]: type === 'consent.granted' } : {}
}

/** Longer than any id of ours; what is longer is nobody's channel and would only make the snapshot grow. */
const MAX_CHANNEL_ID = 130

/** Notes when the contact wrote, and to which channel; a message that comes late does not put the last one back. */
export function withInbound(state: ContactState, { payload, occurred_at }: Envelope): ContactState {
  const channel = payload['channel'] as ChannelKind
  // The provider's own word about the person, e.g. of a new number, opens no window.
  if (payload['kind'] === 'system') return state
  const known = state.lastInboundAt[channel]
  // Providers tell seconds: of two messages in one, the later to come is the last.
  if (known !== undefined && known > occurred_at) return state
  const { channelId } = payload
  const isKnown = typeof channelId === 'string' && channelId.length <= MAX_CHANNEL_ID
  return {
    ...state,
    lastInboundAt: { ...state.lastInboundAt, [channel]: occurred_at },
    ...(isKnown && { lastChannelId: { ...state.lastChannelId, [channel]: channelId } }),
  }
}
