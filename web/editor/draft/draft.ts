// The draft that is being drawn, as every part of the editor sees it: what it holds, what is selected, how it is kept.

import type { Ref, ShallowRef } from 'vue'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { NeededKey } from '../../state/inject.ts'

/** What an edit makes of a document, and which nodes are selected afterwards. */
export interface Edit {
  document: WorkflowDocument
  select: readonly string[]
}

/** Nodes on their way through the clipboard, also into another workflow. */
export interface Clip {
  fluxolab: 'nodes'
  nodes: JsonObject[]
}

/** `refused`: the server said no, and would say it again. */
export type SaveState =
  | 'saved'
  | 'dirty'
  | 'saving'
  | 'offline'
  | 'conflict'
  | 'refused'
  | 'readonly'

/** Somebody else saved meanwhile: both versions, to choose from. */
export interface Conflict {
  mine: WorkflowDocument
  theirs: WorkflowDocument
  savedBy: string | null
  savedAt: string
  revision: number
  /** What both began with, where this page knows it. */
  base?: WorkflowDocument
}

/** The draft as it is on the server. */
export interface Received {
  document: WorkflowDocument
  revision: number
  savedAt: string
}

export interface Draft {
  readonly workflowId: string
  readonly document: Readonly<ShallowRef<WorkflowDocument>>
  /** Node ids in the order in which they were chosen; `$trigger` is the trigger. */
  readonly selection: Readonly<Ref<readonly string[]>>
  select(ids: readonly string[]): void
  /** One step of undo. `label` is a key of the editor's texts: what was done. */
  edit(label: string, change: (document: WorkflowDocument) => Edit): void
  /** Like `edit`; steps with the same label and field that follow each other join into one. */
  typing(label: string, field: string, change: (document: WorkflowDocument) => Edit): void
  undo(): void
  redo(): void
  readonly canUndo: Readonly<Ref<boolean>>
  readonly canRedo: Readonly<Ref<boolean>>
  /** Labels of what undo and redo would do; null where there is nothing. */
  readonly undoes: Readonly<Ref<string | null>>
  readonly redoes: Readonly<Ref<string | null>>
  readonly saveState: Readonly<Ref<SaveState>>
  /** ISO 8601; null before the first save of this page. */
  readonly savedAt: Readonly<Ref<string | null>>
  readonly revision: Readonly<Ref<number>>
  readonly conflict: Readonly<Ref<Conflict | null>>
  /** @param joined theirs with mine in it, which goes on instead of theirs alone */
  resolve(choice: 'mine' | 'theirs', joined?: WorkflowDocument): void
  /** Why it could not be saved: of `offline` and `refused`. */
  readonly failure: Readonly<ShallowRef<unknown>>
  /** Takes over what somebody else has saved; does nothing while something here is not saved. */
  receive(newer: Received): void
  /** Resolves when everything is on the server; rejects when it cannot be. */
  flush(): Promise<void>
}

export const draftKey: NeededKey<Draft> = Symbol('draft')
