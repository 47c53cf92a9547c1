// What a form shares with its controls, however deep they are: the node, what is known there, its problems.

import type { Component, Ref } from 'vue'
import type { Diagnostic } from '#machines/contracts/api.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { FormHint, NodeBase } from '#machines/nodes/node-kind.ts'
import type { Completion } from '../../checker/checking.ts'
import type { NeededKey } from '../../state/inject.ts'

/** A node that a way can lead to. */
export interface Place {
  id: string
  title: string
  icon: string
}

type Extent = 'here' | 'inside'

/** A field whose problems are shown. */
export interface ShownPlace {
  path: string
  extent: Extent
}

export interface FormContext {
  /** `$trigger` for the trigger. */
  nodeId: Readonly<Ref<string>>
  /** JSON path of the node in the document: `$.nodes[3]`. */
  base: Readonly<Ref<string>>
  /** Type of the node or the trigger. */
  kind: Readonly<Ref<string>>
  body: Readonly<Ref<JsonObject>>
  /** By the field's path without indexes: `filter.source`. */
  hints: Readonly<Ref<ReadonlyMap<string, FormHint>>>
  completions: Readonly<Ref<readonly Completion[]>>
  places: Readonly<Ref<readonly Place[]>>
  /** Types of events that the document names already. */
  events: Readonly<Ref<readonly string[]>>
  /** Where a way leads that is left out, by its field; null where it is not known. */
  followingOf: (field: string) => string | null
  /** Of the field at this path; `inside`: of everything within it too. */
  problemsAt: (path: string, extent: Extent) => readonly Diagnostic[]
  /** Somebody shows the problems of this place; the function returned says that they do not any more. */
  showing: (place: () => ShownPlace) => () => void
  fix: (problem: Diagnostic) => void
  select: (nodeId: NodeBase['id']) => void
  /** The control of any shape: controls of lists and objects hold further ones. */
  control: Component
}

export const formKey: NeededKey<FormContext> = Symbol('form')
