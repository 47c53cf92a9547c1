// How a draft gets to the server: after a pause in typing, one save at a time, each over the one that was seen. What
// cannot be sent is sent again; what somebody else has changed meanwhile waits for a decision.

import { assign, type ActorRefFrom, fromPromise, not, setup, type SnapshotFrom } from 'xstate'
import type { WorkflowConflict } from '#machines/contracts/versions.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'

export interface Saved {
  revision: number
  savedAt: string
}

export interface SavingDeps {
  save: (document: WorkflowDocument, revision: number) => Promise<Saved>
  /** What is on the server instead, when that is why a save was refused. */
  conflictOf: (error: unknown) => WorkflowConflict | null
  /** True for what may go well when it is tried again. */
  isPassing: (error: unknown) => boolean
  /** A number in [0, 1), for jitter. */
  random: () => number
  /** Milliseconds: the pause after the last change; the first and the longest pause between attempts. */
  pauses: { typing: number; first: number; longest: number }
}

interface SavingContext {
  /** The document as it is to be kept. */
  wanted: WorkflowDocument
  /** As it is on the server, as far as this page knows. */
  kept: WorkflowDocument
  /** As it is under way. */
  sent: WorkflowDocument | null
  revision: number
  savedAt: string | null
  conflict: WorkflowConflict | null
  failure: unknown
  attempt: number
  /** Somebody waits for it: no pause. */
  hurry: boolean
  isReadonly: boolean
}

export type SavingEvent =
  | { type: 'changed'; document: WorkflowDocument }
  | { type: 'hurry' }
  /** The browser has a connection again. */
  | { type: 'wake' }
  | { type: 'resolved'; choice: 'mine' | 'theirs'; document: WorkflowDocument }
  /** The newer version of somebody else is the document now. */
  | { type: 'received'; document: WorkflowDocument; saved: Saved }

export interface SavingInput {
  /** The document on the server. */
  document: WorkflowDocument
  revision: number
  isReadonly: boolean
}

function setupSaving(deps: SavingDeps) {
  const isUnsaved = ({ wanted, kept }: SavingContext) => wanted !== kept
  return setup({
    types: {
      context: {} as SavingContext,
      events: {} as SavingEvent,
      input: {} as SavingInput,
    },
    actors: {
      save: fromPromise<Saved, { document: WorkflowDocument; revision: number }>(({ input }) =>
        deps.save(input.document, input.revision),
      ),
    },
    delays: {
      typing: deps.pauses.typing,
      retry: ({ context }) => retryPause(context.attempt, deps),
    },
    guards: {
      isUnsaved: ({ context }) => isUnsaved(context),
      isHurried: ({ context }) => context.hurry && isUnsaved(context),
    },
    actions: {
      want: assign(({ event }) => (event.type === 'changed' ? { wanted: event.document } : {})),
      hurryUp: assign({ hurry: true }),
      restUp: assign({ hurry: false, attempt: 0, failure: null }),
      receive: assign(({ event }) =>
        event.type === 'received'
          ? { wanted: event.document, kept: event.document, ...event.saved }
          : {},
      ),
      resolve: assign(({ context, event }) => {
        const { conflict } = context
        if (event.type !== 'resolved' || !conflict) return {}
        const { revision, savedAt } = conflict
        const settled = { conflict: null, wanted: event.document, revision }
        if (event.choice === 'theirs') return { ...settled, kept: event.document, savedAt }
        return { ...settled, kept: conflict.definition as WorkflowDocument, hurry: true }
      }),
    },
  })
}

/** Half to the whole of an exponential pause, so that a server that comes back is not asked by all at once. */
export function retryPause(attempt: number, { random, pauses }: SavingDeps): number {
  const ceiling = Math.min(pauses.longest, pauses.first * 2 ** Math.max(0, attempt - 1))
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}

function contextOf({ document, revision, isReadonly }: SavingInput): SavingContext {
  return {
    isReadonly,
    wanted: document,
    kept: document,
    sent: null,
    revision,
    savedAt: null,
    conflict: null,
    failure: null,
    attempt: 0,
    hurry: false,
  }
}

/** One save, and what may come of it. */
function underWay({ conflictOf, isPassing }: SavingDeps, ready: ReturnType<typeof setupSaving>) {
  return ready.createStateConfig({
    entry: assign(({ context }) => ({ sent: context.wanted })),
    invoke: {
      src: 'save',
      input: ({ context }) => ({ document: context.wanted, revision: context.revision }),
      onDone: {
        target: 'dirty',
        actions: assign(({ context, event }) => ({
          kept: context.sent ?? context.wanted,
          revision: event.output.revision,
          savedAt: event.output.savedAt,
          attempt: 0,
          failure: null,
        })),
      },
      onError: [
        {
          guard: ({ event }) => conflictOf(event.error) !== null,
          target: 'conflict',
          actions: assign(({ event }) => ({
            conflict: conflictOf(event.error),
            failure: event.error,
          })),
        },
        {
          guard: ({ event }) => isPassing(event.error),
          target: 'offline',
          actions: assign(({ context, event }) => ({
            failure: event.error,
            attempt: context.attempt + 1,
          })),
        },
        { target: 'refused', actions: assign(({ event }) => ({ failure: event.error })) },
      ],
    },
    on: { hurry: { actions: 'hurryUp' } },
  })
}

export function createSavingMachine(deps: SavingDeps) {
  const ready = setupSaving(deps)
  return ready.createMachine({
    id: 'saving',
    context: ({ input }) => contextOf(input),
    initial: 'opening',
    on: { changed: { actions: 'want' } },
    states: {
      opening: {
        always: [
          { guard: ({ context }) => context.isReadonly, target: 'readonly' },
          { target: 'saved' },
        ],
      },
      readonly: { on: { changed: {}, received: { actions: 'receive' } } },
      saved: {
        entry: 'restUp',
        on: {
          changed: { target: 'dirty', actions: 'want' },
          received: { actions: 'receive' },
        },
      },
      dirty: {
        always: [
          // Undone to what is there already.
          { guard: not('isUnsaved'), target: 'saved' },
          { guard: 'isHurried', target: 'saving' },
        ],
        after: { typing: 'saving' },
        on: {
          changed: { target: 'dirty', reenter: true, actions: 'want' },
          hurry: { target: 'saving', actions: 'hurryUp' },
        },
      },
      saving: underWay(deps, ready),
      offline: {
        entry: assign({ hurry: false }),
        after: { retry: 'saving' },
        on: { wake: 'saving', hurry: { target: 'saving', actions: 'hurryUp' } },
      },
      /** The same would be refused again; another document may not be. */
      refused: {
        entry: assign({ hurry: false }),
        on: {
          changed: { target: 'dirty', actions: 'want' },
          hurry: { target: 'saving', actions: 'hurryUp' },
        },
      },
      conflict: {
        entry: assign({ hurry: false }),
        on: { resolved: { target: 'dirty', actions: 'resolve' } },
      },
    },
  })
}

export type SavingActor = ActorRefFrom<ReturnType<typeof createSavingMachine>>
export type SavingSnapshot = SnapshotFrom<ReturnType<typeof createSavingMachine>>
