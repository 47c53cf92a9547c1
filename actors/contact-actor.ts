// The contact actor: receive(state, envelope, now) gives a Step. The only station with business meaning.
// Pure: the same arguments give the same Step (I2, I4). Knows nothing of databases, clocks or sockets.

import type { Envelope } from '#machines/contracts/envelope.ts'
import { withFacts } from './consent.ts'
import { createDraft, type Draft, stepOf } from './draft.ts'
import { fetchMedia } from './fetch-media.ts'
import { handoverAfter, routeForRuns, take } from './handover.ts'
import type { Library } from './library.ts'
import { forward, routeMerge } from './merge.ts'
import { routeMigration } from './migration.ts'
import { routeMessage } from './route-event.ts'
import { routeOperator } from './route-operator.ts'
import { routeStatus } from './route-status.ts'
import { type ContactState, createContactState } from './snapshot.ts'
import type { Step, StepNote } from './step.ts'
import { heedChoice } from './stop-words.ts'

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
  const forwarded = forward(before, envelope, context)
  if (forwarded) return forwarded
  const draft = createDraft(withFacts(before ?? createContactState(), envelope), envelope, context)
  const note = route(draft)
  draft.state = { ...draft.state, handover: handoverAfter(draft) }
  return stepOf(draft, note)
}

function route(draft: Draft): StepNote | null {
  switch (draft.envelope.type) {
    case 'message.received':
      fetchMedia(draft)
      return routeMessage(draft)
    case 'message.echoed':
      // Whoever wrote by hand has the conversation, before the bot says another word.
      return take(draft)
    case 'channel.opted_out':
    case 'channel.opted_in':
      return heedChoice(draft)
    case 'operator.acted':
      return routeOperator(draft)
    case 'message.status':
      return routeStatus(draft)
    case 'contact.updated':
      return 'contact_noted'
    case 'run.migrated':
    case 'run.restored':
    case 'run.stopped':
      return routeMigration(draft)
    case 'contact.merging':
    case 'contact.absorbed':
    case 'contact.parting':
    case 'contact.returned':
      return routeMerge(draft)
    default:
      return routeForRuns(draft, draft.envelope)
  }
}
