// The document and what is selected in it, with the store library's own undo. A step keeps the whole document: they
// share what did not change. What others do to it is no step of this person: it stays when their own steps are undone.

import { createStore } from '@xstate/store'
import { undoRedo } from '@xstate/store/undo'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { mergeDrafts } from '../../presence/merge-drafts.ts'

/** Steps that can be undone. */
const LONGEST = 200

export interface Drawn {
  document: WorkflowDocument
  selection: readonly string[]
  /** What was done to it last: a key of the editor's texts; null for the document as it was opened. */
  label: string | null
  /** The field that is being typed in. */
  field: string | null
  /** What others have done to it since it was opened. */
  others: readonly Foreign[]
}

interface Foreign {
  before: WorkflowDocument
  after: WorkflowDocument
}

interface Edited {
  document: WorkflowDocument
  selection: readonly string[]
  label: string
  field: string | null
}

type DrawnEvent =
  | ({ type: 'edited' } & Edited)
  | { type: 'selected'; ids: readonly string[] }
  | { type: 'taken'; document: WorkflowDocument }

export function createHistory(document: WorkflowDocument) {
  const context: Drawn = { document, selection: [], label: null, field: null, others: [] }
  return createStore({
    context,
    on: {
      edited: ({ others }, { document: made, selection, label, field }: Edited): Drawn => ({
        document: made,
        selection,
        label,
        field,
        others,
      }),
      taken: (drawn, { document: after }: { document: WorkflowDocument }): Drawn => ({
        ...drawn,
        document: after,
        selection: keptIn(after, drawn.selection),
        others: [...drawn.others, { before: drawn.document, after }],
      }),
      // Whoever comes back to a field begins another step.
      selected: (drawn, { ids }: { ids: readonly string[] }): Drawn => ({
        ...drawn,
        selection: ids,
        field: null,
      }),
    },
  }).with(
    undoRedo({
      strategy: 'snapshot',
      historyLimit: LONGEST,
      skipEvent: (event, snapshot) => isPartOf(event as DrawnEvent, snapshot.context as Drawn),
      restore: ({ current, next }) => rebased(current as Drawn, next as Drawn),
    }),
  )
}
export type History = ReturnType<typeof createHistory>
export type HistorySnapshot = ReturnType<History['getSnapshot']>

/** Another moment of this person's own work, over what others have done to it since. */
function rebased(current: Drawn, next: Drawn): Drawn {
  const missed = current.others.slice(next.others.length)
  const document = missed.reduce<WorkflowDocument | null>(
    (mine, { before, after }) => mine && mergeDrafts(before, mine, after).document,
    next.document,
  )
  return {
    ...next,
    // What another person has changed too stays as they left it.
    document: document ?? current.document,
    selection: keptIn(document ?? current.document, next.selection),
    others: current.others,
    // Typing after an undo is a new step, or what could be redone would be forgotten without a trace.
    field: null,
  }
}

function keptIn({ nodes }: WorkflowDocument, selection: readonly string[]): readonly string[] {
  const known = new Set(['$trigger', ...nodes.map(({ id }) => id)])
  const kept = selection.filter((id) => known.has(id))
  return kept.length === selection.length ? selection : kept
}

/** What makes no step of its own: a letter more in the same field, another selection, what others do. */
function isPartOf(event: DrawnEvent, drawn: Drawn): boolean {
  if (event.type !== 'edited') return true
  return event.field !== null && event.field === drawn.field && event.label === drawn.label
}
