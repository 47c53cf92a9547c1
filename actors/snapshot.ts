// The persisted form of a contact actor. Plain JSON; restored only by the format that wrote it.

import type { StateValue } from 'xstate'
import { EMPTY_CONTACT, type ContactFacts } from '#machines/contracts/contact.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { EffectKind } from '#machines/contracts/effect.ts'
import type { RunContext } from '#machines/compile/machine.ts'

export const SNAPSHOT_FORMAT = 1

export type Handover = 'bot' | 'waiting for agent' | 'agent'

/** What XState needs to go on with an active run; there are no children, and delays are timers. */
export interface MachineSnapshot {
  value: StateValue
  context: RunContext
}

export interface ArmedTimer {
  nodeId: string
  generation: number
  /** ISO 8601 instant. */
  dueAt: string
}

export interface RunState {
  id: string
  workflowId: string
  versionId: string
  triggerEventId: string
  startedAt: string
  /** Node that the run is in, and since when. */
  state: string
  since: string
  snapshot: MachineSnapshot
  /** Armed timers by timer id. */
  timers: Record<string, ArmedTimer>
  /** Counts armings, so that a late firing of an older arming is told apart. Guarantee I7. */
  generation: number
  /** Effects without a result yet, by effect id. */
  effects: Record<string, { nodeId: string; visit: number; kind: EffectKind }>
}

export interface ContactState {
  format: typeof SNAPSHOT_FORMAT
  /** Steps applied so far. */
  seq: number
  contact: ContactFacts
  handover: Handover
  /** When the contact last wrote, by channel; opens WhatsApp's 24-hour window. */
  lastInboundAt: Partial<Record<'whatsapp' | 'email', string>>
  /** Active runs, oldest first. */
  runs: RunState[]
}

/** The state of a contact that no envelope has reached yet. */
export function createContactState(contact: ContactFacts = EMPTY_CONTACT): ContactState {
  return { format: SNAPSHOT_FORMAT, seq: 0, contact, handover: 'bot', lastInboundAt: {}, runs: [] }
}

/**
 * Reads a stored snapshot.
 * @throws {FluxoError} SNAPSHOT_VERSION when another format wrote it
 */
export function restoreContactState(stored: unknown): ContactState {
  const state = stored as ContactState
  if (state?.format !== SNAPSHOT_FORMAT) throw new FluxoError('SNAPSHOT_VERSION')
  return state
}
