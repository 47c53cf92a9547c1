// What the canvas shares with its nodes and edges, so that a changed number redraws one node and not the graph.

import type { Ref } from 'vue'
import type { NeededKey } from '../state/inject.ts'
import type { WordsFor } from './words.ts'
import type { ChartMarks } from './marks.ts'
import type { Pulse } from './use-pulses.ts'

export interface CanvasContext {
  marks: Ref<ChartMarks>
  selected: Ref<string | null>
  /** State under the pointer or the focus. */
  regarded: Ref<string | null>
  pulses: ReadonlyMap<string, Pulse[]>
  words: Ref<WordsFor>
  select: (nodeId: string) => void
}

export const canvasKey: NeededKey<CanvasContext> = Symbol('canvas')
