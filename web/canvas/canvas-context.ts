// What the canvas shares with its nodes and edges, so that a changed number redraws one node and not the graph.

import type { Ref } from 'vue'
import type { NeededKey } from '../state/inject.ts'
import type { Aim, CanvasDeed, CanvasEditing } from './editing.ts'
import type { Inks } from './icon-pictures.ts'
import type { WordsFor } from './words.ts'
import type { ChartMarks } from './marks.ts'
import type { Pulse } from './use-pulses.ts'

export interface CanvasContext {
  marks: Ref<ChartMarks>
  /** By itself, because counts change far more often than what is said of ways. */
  edgeMarks: Readonly<Ref<ChartMarks['edges']>>
  /** Ids of the states that are selected; one at most unless the drawing is edited. */
  selected: Ref<ReadonlySet<string>>
  /** The state that Tab reaches; null where each state is a stop of its own. */
  current: Ref<string | null>
  /** State under the pointer or the focus. */
  regarded: Readonly<Ref<string | null>>
  regard: (nodeId: string | null) => void
  pulses: ReadonlyMap<string, Pulse[]>
  /** Ids of the edges that more contacts pass than dots could show. */
  busy: Readonly<Ref<ReadonlySet<string>>>
  /** So many contacts pass that nobody can follow each of them. */
  isDense: Readonly<Ref<boolean>>
  words: Ref<WordsFor>
  inks: Readonly<Ref<Inks>>
  editing: Ref<CanvasEditing | undefined>
  /** What a drag would land on. */
  aim: Ref<Aim>
  select: (nodeId: string, event: MouseEvent) => void
  deed: (deed: CanvasDeed) => void
}

export const canvasKey: NeededKey<CanvasContext> = Symbol('canvas')
