// Bisecting a batch that the database refuses, down to the one contact whose rows it refuses; that one rests.

import type { WorkedContact } from './work-batch.ts'

/** True for errors about the data of a statement (SQLSTATE 22, 23, 54), not about the server or the code. */
export function isWriteRefused(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^(22|23|54)/.test(code)
}

/** Two halves; a single contact becomes one whose first envelope is poison. */
export function splitInHalves(worked: WorkedContact[], error: unknown): WorkedContact[][] {
  const [only] = worked
  if (worked.length === 1 && only) return isGivenUp(only) ? [] : [[giveUp(only, error)]]
  const middle = Math.ceil(worked.length / 2)
  return [worked.slice(0, middle), worked.slice(middle)]
}

function isGivenUp(contact: WorkedContact): boolean {
  return contact.steps.length === 0
}

function giveUp(contact: WorkedContact, error: unknown): WorkedContact {
  const [envelope] = contact.work.envelopes
  const reason = error instanceof Error ? error.message : String(error)
  return { ...contact, steps: [], consumed: [], poison: envelope ? { envelope, reason } : null }
}
