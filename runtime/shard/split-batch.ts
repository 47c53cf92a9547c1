// Bisecting a batch that the database refuses, down to the one Step whose rows it refuses; its envelope rests.

import { firstSteps, type WorkedContact } from './work-batch.ts'

/** Two halves; of a single contact the first half of its Steps, and the one Step that is left becomes poison. */
export function splitInHalves(worked: WorkedContact[], error: unknown): WorkedContact[][] {
  const [only] = worked
  if (worked.length === 1 && only) {
    // What is left out still lies in the mailbox and comes with the next batch.
    if (only.steps.length > 1) return [[firstSteps(only, Math.ceil(only.steps.length / 2))]]
    if (only.steps.length === 1) return [[giveUp(only, error)]]
    // Nothing is left to leave out: even the note that it is poison is refused.
    throw error
  }
  const middle = Math.ceil(worked.length / 2)
  return [worked.slice(0, middle), worked.slice(middle)]
}

function giveUp(contact: WorkedContact, error: unknown): WorkedContact {
  const [envelope] = contact.work.envelopes
  const reason = error instanceof Error ? error.message : String(error)
  return { ...firstSteps(contact, 0), poison: envelope ? { envelope, reason } : null }
}
