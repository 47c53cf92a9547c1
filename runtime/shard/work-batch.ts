// Station 5 for a batch: each contact's envelopes in order through the pure actor. A contact that throws stops only itself.

import { receive } from '#actors/contact-actor.ts'
import type { Library } from '#actors/library.ts'
import { type ContactState, restoreContactState } from '#actors/snapshot.ts'
import type { Step } from '#actors/step.ts'
import type { Batch, ClaimedEnvelope, ContactWork } from './claim-batch.ts'

export interface WorkedContact {
  work: ContactWork
  /** One Step per applied envelope, in order. */
  steps: Step[]
  /** Mailbox rows that the Steps consume. */
  consumed: number[]
  state: ContactState | null
  /** The envelope that could not be applied, and why. */
  poison: { envelope: ClaimedEnvelope; reason: string } | null
}

/** Applies the batch; never throws for what one contact's envelope does. */
export function workBatch(batch: Batch, libraryOf: (tenantId: string) => Library): WorkedContact[] {
  return batch.contacts.map((work) => workContact(work, batch.now, libraryOf(work.tenantId)))
}

function workContact(work: ContactWork, now: string, library: Library): WorkedContact {
  const worked: WorkedContact = { work, steps: [], consumed: [], state: null, poison: null }
  for (const claimed of work.envelopes) {
    try {
      const before =
        worked.state ?? (work.stored === null ? null : restoreContactState(work.stored))
      const step = receive(before, claimed.envelope, { now, library })
      worked.steps.push(step)
      worked.consumed.push(claimed.id)
      worked.state = step.state
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      worked.poison = { envelope: claimed, reason }
      return worked
    }
  }
  return worked
}
