// The contact actor: receive(state, envelope, now) gives a Step. The only station with business meaning.
// Pure: the same arguments give the same Step (I2, I4). Knows nothing of databases, clocks or sockets.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { withFacts } from './consent.ts'
import { createDraft, type Draft, stepOf } from './draft.ts'
import { handoverAfter, routeForRuns } from './handover.ts'
import type { Library } from './library.ts'
import { routeMigration } from './migration.ts'
import { routeMessage } from './route-event.ts'
import { routeOperator } from './route-operator.ts'
import { type ContactState, createContactState } from './snapshot.ts'
import type { Step, StepNote } from './step.ts'

/**
 * What one envelope does to one contact.
 * @param before the contact's state, or null when no envelope has reached it yet
 * @param envelope the event; its `contact` facts, when given, replace what was known
 * @param context.now ISO 8601 instant of the Step by the database clock
 * @param context.library the tenant's workflows
 * @throws {FluxoError} SNAPSHOT_VERSION when a run's version is not in the library
 */
export function receive(
  before: ContactState | null,
  envelope: Envelope,
  context: { now: string; library: Library },
): Step {
  const draft = createDraft(withFacts(before ?? createContactState(), envelope), envelope, context)
  const note = route(draft)
  draft.state = { ...draft.state, handover: handoverAfter(draft) }
  return stepOf(draft, note)
}

function route(draft: Draft): StepNote | null {
  switch (draft.envelope.type) {
    case 'message.received':
      return routeMessage(draft)
    case 'operator.acted':
      return routeOperator(draft)
    case 'message.status':
      return 'status_noted'
    case 'contact.updated':
      return 'contact_noted'
    case 'run.migrated':
    case 'run.restored':
    case 'run.stopped':
      return routeMigration(draft)
    default:
      return routeForRuns(draft, draft.envelope)
  }
}
