// Bisecting a batch that the database refuses, down to the one Step whose rows it refuses; its envelope rests.

import type { WorkedContact } from './work-batch.ts'

/** Two halves; of a single contact the first half of its Steps, and the one Step that is left becomes poison. */
export function splitInHalves(worked: WorkedContact[], error: unknown): WorkedContact[][] {
  const [only] = worked
  if (worked.length === 1 && only) {
    if (only.steps.length > 1) return [[firstHalf(only)]]
    if (only.steps.length === 1) return [[giveUp(only, error)]]
    // Nothing is left to leave out: even the note that it is poison is refused.
    throw error
  }
  const middle = Math.ceil(worked.length / 2)
  return [worked.slice(0, middle), worked.slice(middle)]
}

/** What is left out still lies in the mailbox and comes with the next batch. */
function firstHalf(contact: WorkedContact): WorkedContact {
  const count = Math.ceil(contact.steps.length / 2)
  const steps = contact.steps.slice(0, count)
  const state = steps.at(-1)?.state ?? null
  return { ...contact, steps, state, consumed: contact.consumed.slice(0, count), poison: null }
}

function giveUp(contact: WorkedContact, error: unknown): WorkedContact {
  const [envelope] = contact.work.envelopes
  const reason = error instanceof Error ? error.message : String(error)
  return { ...contact, steps: [], consumed: [], poison: envelope ? { envelope, reason } : null }
}
