// The contact actor as XState actor logic: the same `receive`, for everything that knows how to run an XState actor.

import type { ActorLogic, AnyActor, Snapshot } from 'xstate'
import type { Envelope } from '#machines/contracts/envelope.ts'
import { receive } from './contact-actor.ts'
import type { Library } from './library.ts'
import { type ContactState, restoreContactState } from './snapshot.ts'
import type { Step } from './step.ts'

/** An envelope as an XState event. */
export interface EnvelopeArrived {
  type: 'envelope.arrived'
  envelope: Envelope
  /** ISO 8601 instant of the Step by the database clock. */
  now: string
}

/** Told for each envelope; who runs the actor commits it. */
export interface StepTaken {
  type: 'step.taken'
  step: Step
}

/** Never done: a contact can always write again. */
export type ContactSnapshot = Snapshot<undefined> & {
  /** Null while no envelope has reached the contact. */
  state: ContactState | null
}

export type ContactLogic = ActorLogic<
  ContactSnapshot,
  EnvelopeArrived,
  unknown,
  AnyActor['system'],
  StepTaken
>

/**
 * Creates the logic of a tenant's contacts. It performs nothing: every Step is emitted as `step.taken`.
 * @param library the tenant's workflows
 * @returns logic for `createActor`; its persisted snapshot is plain JSON and is restored by the format that wrote it
 * (SNAPSHOT_VERSION otherwise)
 */
export function createContactLogic(library: Library): ContactLogic {
  return {
    getInitialSnapshot: () => snapshotOf(null),
    transition: (snapshot, event, { emit }) => {
      // XState's own word that the actor is stopped comes this way too.
      if (event.type !== 'envelope.arrived') return snapshotOf(snapshot.state, 'stopped')
      const { envelope, now } = event
      const step = receive(snapshot.state, envelope, { now, library })
      emit({ type: 'step.taken', step })
      return snapshotOf(step.state)
    },
    getPersistedSnapshot: (snapshot) => snapshot,
    restoreSnapshot: (persisted) => {
      const { state } = persisted as ContactSnapshot
      return snapshotOf(state === null ? null : restoreContactState(state))
    },
  }
}

function snapshotOf(
  state: ContactState | null,
  status: 'active' | 'stopped' = 'active',
): ContactSnapshot {
  return { status, output: undefined, error: undefined, state }
}
