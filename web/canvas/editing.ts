// What a drawing that is edited needs from the editor around it, and what it reports back.

import type { Point } from './paths.ts'
import type { Positions } from './placed.ts'

/** A way out of a state: where something else can go on from. */
export interface Way {
  nodeId: string
  port: string
}

/** A way out as it is offered on the drawing. */
export interface Outlet {
  port: string
  /** As people read it. */
  label: string
  /** Where it leads, as people read it; null where nothing is said. */
  leadsTo: string | null
}

export interface CanvasEditing {
  /** False for people who may look and choose only. */
  mayChange: boolean
  /** In the order in which they were chosen. */
  selection: readonly string[]
  positions: Positions
  outletsOf: (nodeId: string) => Outlet[]
  /** What hovering over an edge offers. */
  insertLabel: string
}

/** Where something is put down: into a container or on a way between two states. */
export interface Place {
  /** Null is outside of all containers. */
  holder: string | null
  way: Way | null
}

export type CanvasDeed =
  | { type: 'chosen'; ids: string[]; how: 'only' | 'toggle' | 'more' }
  /** States were dragged; `ids` without what moved along inside of them. */
  | { type: 'placed'; ids: string[]; positions: Positions; place: Place }
  | { type: 'connected'; from: Way; to: string }
  /** Something new is wanted: after a way, at a place, or wherever it fits. */
  | { type: 'asked'; after: Way | null; at: Point | null; holder: string | null }
  /** A kind came from the palette. */
  | { type: 'dropped'; kind: string; place: Place; at: Point }
  | { type: 'opened'; nodeId: string }

/** What the pointer would put something on. */
export interface Aim {
  node: string | null
  holder: string | null
  edge: string | null
}
export const NO_AIM: Aim = { node: null, holder: null, edge: null }

export const isSameAim = (a: Aim, b: Aim): boolean =>
  a.node === b.node && a.holder === b.holder && a.edge === b.edge

/** Type of what is dragged from the palette. */
export const KIND_TYPE = 'application/x-fluxolab-kind'
