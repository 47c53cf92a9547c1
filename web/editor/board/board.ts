// What the parts around the canvas share: the drawing of the draft, what is being asked, and everything one can do.

import type { Ref, ShallowRef } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { Outlet, Place, Way } from '../../canvas/editing.ts'
import type { Direction } from '../../canvas/neighbours.ts'
import type { Box, Point } from '../../canvas/paths.ts'
import type { Positions } from '../../canvas/placed.ts'
import type { NeededKey } from '../../state/inject.ts'
import type { Alignment } from './align.ts'

/** Where something new goes; all left out: after what is selected, else at the end. */
export interface Spot {
  after?: Way | null
  /** Container that it goes into when it follows nothing. */
  holder?: string | null
  /** Where it is drawn; left out: beside what it follows. */
  at?: Point | null
}

/** A choice that is made by typing. */
export type Asking =
  | { what: 'insert'; spot: Spot }
  | { what: 'connect'; from: Way }
  | { what: 'move'; ids: readonly string[] }
  | { what: 'find' }

export interface BoardActs {
  insert(kind: string, spot: Spot): void
  /** Null ends the run there, undefined goes on to what follows in the list. */
  connect(from: Way, to: string | null | undefined): void
  remove(): void
  duplicate(): void
  group(): void
  ungroup(): void
  /** Into a container, out of all of them (null), or after a way. */
  move(ids: readonly string[], to: { holder: string | null } | { after: Way }): void
  place(positions: Positions): void
  /** What was dragged, without what moved along inside of it, lands somewhere. */
  drop(ids: readonly string[], positions: Positions, where: Place): void
  arrange(how: Alignment): void
  /** Everything where dagre puts it. */
  tidy(): void
  nudge(direction: Direction): void
  copy(): string | null
  cut(): string | null
  paste(text: string): boolean
}

export interface Board extends BoardActs {
  readonly chart: Readonly<Ref<Chart>>
  /** Where states lie now; the canvas says so. */
  readonly boxes: ShallowRef<ReadonlyMap<string, Box>>
  readonly asking: ShallowRef<Asking | null>
  /** What a screen reader is told. */
  readonly said: Readonly<Ref<string>>
  readonly isReadonly: Readonly<Ref<boolean>>
  titleOf(nodeId: string): string
  outletsOf(nodeId: string): Outlet[]
  /** Nodes of type `end` are drawn as one. */
  drawnOf(nodeId: string): string
  /** The node of the document behind what is drawn. */
  nodeOf(drawnId: string): string
  say(words: string): void
  /** Why something cannot be done, for everybody to see. */
  refuse(words: string): void
  ask(asking: Asking): void
  /** What is selected, as it is drawn. */
  readonly chosen: Readonly<Ref<readonly string[]>>
  choose(drawnIds: readonly string[], how: 'only' | 'toggle' | 'more'): void
}

export const boardKey: NeededKey<Board> = Symbol('board')
