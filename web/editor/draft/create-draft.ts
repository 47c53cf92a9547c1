// A draft in the hands of one person: its document with undo, and how it is kept. Nothing that was drawn is lost: what is
// not on the server yet is in the browser's memory, and the page asks before it is left.

import { readonly, ref, shallowReadonly, shallowRef } from 'vue'
import { type ActorOptions, createActor } from 'xstate'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Conflict, Draft, Edit, Received, SaveState } from './draft.ts'
import { createHistory, type History, type HistorySnapshot } from './history.ts'
import type { DraftShelf } from './kept-draft.ts'
import {
  createSavingMachine,
  type SavingActor,
  type SavingDeps,
  type SavingSnapshot,
} from './saving.ts'

export interface DraftOptions extends SavingDeps {
  workflowId: string
  /** The draft on the server. */
  document: WorkflowDocument
  revision: number
  /** The person may look and not build. */
  isReadonly: boolean
  shelf: DraftShelf
  /** Tells of its being left, and of a connection that is there again. */
  page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  /** Whose time counts; left out: the browser's. */
  clock?: ActorOptions<ReturnType<typeof createSavingMachine>>['clock']
}

export interface OwnedDraft extends Draft {
  /** Saves what is left and lets go of everything. */
  dispose(): void
}

export function createDraft(options: DraftOptions): OwnedDraft {
  const { workflowId, document, isReadonly, shelf } = options
  const kept = isReadonly ? null : shelf.read()
  const history = createHistory(document)
  const saving = createActor(createSavingMachine(options), {
    input: { document, revision: kept?.revision ?? options.revision, isReadonly },
    ...(options.clock && { clock: options.clock }),
  })
  const drawn = drawnRefs(history)
  /** What is there now is not what restored work was drawn over. */
  const foreign = kept && kept.revision !== options.revision ? document : null
  const keeping = keepingRefs(saving, drawn.document, foreign)
  history.subscribe(({ context }) => {
    if (saving.getSnapshot().context.wanted === context.document) return
    saving.send({ type: 'changed', document: context.document })
  })
  saving.subscribe((snapshot) => shelve(shelf, snapshot))
  saving.start()
  const acts = actsOn(history, isReadonly)
  if (kept) acts.edit('restored', () => ({ document: kept.document, select: [] }))
  const stopWatching = watchPage(options.page, saving)
  const flush = () => flushed(saving)
  let isDisposed = false
  return {
    workflowId,
    ...drawn,
    ...keeping,
    ...acts,
    resolve: (choice, joined) => resolve({ history, saving }, choice, joined),
    receive: (newer) => receive({ history, saving }, newer),
    flush,
    dispose() {
      if (isDisposed) return
      isDisposed = true
      stopWatching()
      // What cannot be saved now stays in the browser's memory until the workflow is opened again.
      void flush()
        .catch(() => undefined)
        .finally(() => saving.stop())
    },
  }
}

// ── what is drawn ──

function drawnRefs(history: History) {
  const document = shallowRef(history.getSnapshot().context.document)
  const selection = shallowRef<readonly string[]>([])
  const undoes = ref<string | null>(null)
  const redoes = ref<string | null>(null)
  const canUndo = ref(false)
  const canRedo = ref(false)
  history.subscribe((snapshot) => {
    const { context } = snapshot
    document.value = context.document
    selection.value = context.selection
    canUndo.value = history.can.undo()
    canRedo.value = history.can.redo()
    undoes.value = canUndo.value ? context.label : null
    redoes.value = canRedo.value ? labelOf(history, snapshot) : null
  })
  return {
    document: shallowReadonly(document),
    selection: shallowReadonly(selection),
    canUndo: readonly(canUndo),
    canRedo: readonly(canRedo),
    undoes: readonly(undoes),
    redoes: readonly(redoes),
  }
}

/** Of the step that redo would make. */
function labelOf(history: History, snapshot: HistorySnapshot): string | null {
  // The library types events without a payload for `trigger` only.
  const [redone] = history.transition(snapshot, { type: 'redo' } as never)
  return redone.context.label
}

function actsOn(history: History, isReadonly: boolean) {
  const select = (ids: readonly string[]): void => {
    const { document, selection } = history.getSnapshot().context
    const known = new Set(['$trigger', ...document.nodes.map(({ id }) => id)])
    const chosen = [...new Set(ids)].filter((id) => known.has(id))
    const isSame =
      chosen.length === selection.length && chosen.every((id, at) => id === selection[at])
    if (!isSame) history.send({ type: 'selected', ids: chosen })
  }
  const change = (
    [label, field]: readonly [label: string, field: string | null],
    make: (document: WorkflowDocument) => Edit,
  ): void => {
    const before = history.getSnapshot().context.document
    const { document, select: selection } = make(before)
    if (document === before) select(selection)
    else if (!isReadonly) history.send({ type: 'edited', document, selection, label, field })
  }
  return {
    select,
    edit: (label: string, make: (document: WorkflowDocument) => Edit) =>
      change([label, null], make),
    typing: (label: string, field: string, make: (document: WorkflowDocument) => Edit) =>
      change([label, field], make),
    undo: () => history.trigger.undo(),
    redo: () => history.trigger.redo(),
  }
}

// ── how it is kept ──

function keepingRefs(
  saving: SavingActor,
  document: Draft['document'],
  foreign: WorkflowDocument | null,
) {
  const first = saving.getSnapshot()
  const saveState = ref<SaveState>(stateOf(first))
  const savedAt = ref<string | null>(null)
  const revision = ref(first.context.revision)
  const conflict = shallowRef<Conflict | null>(null)
  const failure = shallowRef<unknown>(null)
  saving.subscribe((snapshot) => {
    const { context } = snapshot
    savedAt.value = context.savedAt
    revision.value = context.revision
    failure.value = context.failure
    const isNew = context.conflict?.revision !== conflict.value?.revision
    if (isNew || context.conflict === null)
      conflict.value = conflictOf(snapshot, document.value, foreign)
    // Last, so that whoever waits for the state finds everything else as it is.
    saveState.value = stateOf(snapshot)
  })
  return {
    saveState: readonly(saveState),
    savedAt: readonly(savedAt),
    revision: readonly(revision),
    conflict: shallowReadonly(conflict),
    failure: shallowReadonly(failure),
  }
}

function stateOf({ value }: SavingSnapshot): SaveState {
  return value === 'opening' ? 'saved' : value
}

function conflictOf(
  { context }: SavingSnapshot,
  mine: WorkflowDocument,
  foreign: WorkflowDocument | null,
): Conflict | null {
  if (!context.conflict) return null
  const { definition, revision, savedBy, savedAt } = context.conflict
  // The server keeps nothing that its schema refuses.
  const theirs = definition as WorkflowDocument
  const base = context.kept === foreign ? {} : { base: context.kept }
  return { mine, theirs, savedBy: savedBy?.name ?? null, savedAt, revision, ...base }
}

function shelve(shelf: DraftShelf, { value, context }: SavingSnapshot): void {
  if (value === 'readonly') return
  if (context.wanted === context.kept) shelf.clear()
  else shelf.keep({ document: context.wanted, revision: context.revision })
}

interface Parts {
  history: History
  saving: SavingActor
}

/** Theirs instead of mine is a step like any other: mine can be brought back by undoing it. */
function resolve(
  { history, saving }: Parts,
  choice: 'mine' | 'theirs',
  joined: WorkflowDocument | undefined,
): void {
  const { conflict } = saving.getSnapshot().context
  if (!conflict) return
  const theirs = conflict.definition as WorkflowDocument
  if (choice === 'theirs' && joined) {
    saving.send({ type: 'resolved', choice, document: theirs })
    history.send({ type: 'taken', document: joined })
    return
  }
  if (choice === 'theirs') swapFor(history, theirs)
  const { document } = history.getSnapshot().context
  saving.send({ type: 'resolved', choice, document })
}

function receive({ history, saving }: Parts, { document, revision, savedAt }: Received): void {
  const { value, context } = saving.getSnapshot()
  const isClean = value === 'saved' || value === 'readonly'
  if (!isClean || revision <= context.revision) return
  saving.send({ type: 'received', document, saved: { revision, savedAt } })
  history.send({ type: 'taken', document })
}

function swapFor(history: History, document: WorkflowDocument): void {
  const known = new Set(['$trigger', ...document.nodes.map(({ id }) => id)])
  const selection = history.getSnapshot().context.selection.filter((id) => known.has(id))
  history.send({ type: 'edited', document, selection, label: 'theirs', field: null })
}

/** Resolves when everything is on the server; rejects with the reason why it is not. */
function flushed(saving: SavingActor): Promise<void> {
  saving.send({ type: 'hurry' })
  const { promise, resolve: done, reject } = Promise.withResolvers<void>()
  const settle = ({ value, context }: SavingSnapshot): void => {
    if (value === 'saved' || value === 'readonly') done()
    else if (value === 'conflict' || value === 'offline' || value === 'refused') {
      reject(context.failure)
    } else return
    subscription.unsubscribe()
  }
  const subscription = saving.subscribe(settle)
  settle(saving.getSnapshot())
  return promise
}

function watchPage(page: DraftOptions['page'], saving: SavingActor): () => void {
  const isUnsaved = () => {
    const { wanted, kept } = saving.getSnapshot().context
    return wanted !== kept
  }
  const warn = (event: Event): void => {
    if (isUnsaved()) event.preventDefault()
  }
  const wake = (): void => saving.send({ type: 'wake' })
  const hurry = (): void => saving.send({ type: 'hurry' })
  const heard = { beforeunload: warn, online: wake, pagehide: hurry, blur: hurry }
  for (const [name, hear] of Object.entries(heard)) page.addEventListener(name, hear)
  return () => {
    for (const [name, hear] of Object.entries(heard)) page.removeEventListener(name, hear)
  }
}
