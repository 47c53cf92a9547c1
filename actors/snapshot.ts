// The persisted form of a contact actor. Plain JSON; restored only by the format that wrote it.

import type { ChannelKind } from '#machines/contracts/channel.ts'
import { EMPTY_CONTACT, type ContactFacts } from '#machines/contracts/contact.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { RunState } from '#machines/run/run-state.ts'

export const SNAPSHOT_FORMAT = 1

export type Handover = 'bot' | 'waiting for agent' | 'agent'

export interface ContactState {
  format: typeof SNAPSHOT_FORMAT
  /** Steps applied so far. */
  seq: number
  contact: ContactFacts
  handover: Handover
  /** When the contact last wrote, by channel; opens WhatsApp's 24-hour window. */
  lastInboundAt: Record<ChannelKind, string>
  /** The channel that the contact last wrote to, by kind; what is said on that kind leaves by it. Left out while there is none. */
  lastChannelId?: Record<ChannelKind, string>
  /** Since when the contact wants no more messages, by channel. */
  optOuts: Record<ChannelKind, string>
  /** Active runs, oldest first; a run comes after the one that it is a part of. */
  runs: RunState[]
  /** When each workflow last started a run, by workflow id. */
  starts: Record<string, string>
  /** What came for runs while an agent has the conversation, in order. */
  deferred: Envelope[]
  /** The contact that this one became; everything that still comes goes there. Left out for nearly all. */
  merged?: { mergeId: string; into: string }
  /** Runs that came with a merge, by its id, for the way back; left out where there are none. */
  absorbed?: Record<string, string[]>
  /** Effects whose results belong to a contact that was parted from this one, by effect id; left out where there are none. */
  parted?: Record<string, string>
  /** How far runs have heard of their latest messages, by message id, the last heard of last; left out while there are none. */
  heard?: Record<string, number>
}

/** The state of a contact that no envelope has reached yet. */
export function createContactState(contact: ContactFacts = EMPTY_CONTACT): ContactState {
  return {
    format: SNAPSHOT_FORMAT,
    seq: 0,
    contact,
    handover: 'bot',
    lastInboundAt: {},
    optOuts: {},
    runs: [],
    starts: {},
    deferred: [],
  }
}

/**
 * Reads a stored snapshot; fields that its writer did not know yet are as for a new contact.
 * @throws {FluxoError} SNAPSHOT_VERSION when another format wrote it
 */
export function restoreContactState(stored: unknown): ContactState {
  const state = stored as ContactState
  if (state?.format !== SNAPSHOT_FORMAT) throw new FluxoError('SNAPSHOT_VERSION')
  return { ...createContactState(), ...state }
}
