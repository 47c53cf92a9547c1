// The way under the pointer, which needs a moment from the line to what the line offers. It is looked for among the lines
// themselves: a wide invisible line around each of them would have the browser try all of them for each move.

import type { VueFlowStore } from '@vue-flow/core'
import { onScopeDispose, ref } from 'vue'
import type { Ref } from 'vue'
import { edgeAt } from './hits.ts'
import type { Point } from './paths.ts'
import { isImplied } from './shaping.ts'
import type { DrawnEdge } from './use-drawing.ts'

const LEAVING_MS = 150
/** How near to a line the pointer is on it. */
const REACH = 9

export interface EdgeHoverInput {
  flow: VueFlowStore
  edges: Ref<readonly DrawnEdge[]>
  /** Lines offer nothing where nothing is edited. */
  isOn: () => boolean
}

export function useEdgeHover({ flow, edges, isOn }: EdgeHoverInput) {
  const hovered = ref<string | null>(null)
  let leaving: ReturnType<typeof setTimeout> | undefined
  let looking = 0
  let pointed: string | null = null
  onScopeDispose(() => {
    clearTimeout(leaving)
    cancelAnimationFrame(looking)
  })

  function hover(edgeId: string, isOver: boolean): void {
    if (isOver) {
      clearTimeout(leaving)
      hovered.value = edgeId
    } else if (hovered.value === edgeId) {
      clearTimeout(leaving)
      leaving = setTimeout(() => (hovered.value = null), LEAVING_MS)
    }
  }

  function look(at: Point | null): void {
    const now = at && edgeAt(flow.screenToFlowCoordinate(at), waysOf(edges.value), REACH)
    if (now === pointed) return
    if (pointed !== null) hover(pointed, false)
    if (now !== null) hover(now, true)
    pointed = now
  }

  /** Once a frame, and not while a button is held. */
  function onPointermove({ target, buttons, clientX: x, clientY: y }: PointerEvent): void {
    if (!isOn() || buttons !== 0 || !(target instanceof Element)) return
    if (target.closest('.edge-inserter')) return
    const isGround = target.closest('.vue-flow__pane') !== null
    cancelAnimationFrame(looking)
    looking = requestAnimationFrame(() => look(isGround ? { x, y } : null))
  }

  function onPointerleave(): void {
    cancelAnimationFrame(looking)
    look(null)
  }

  return { hovered, hover, onPointermove, onPointerleave }
}

const waysOf = (edges: readonly DrawnEdge[]) =>
  edges.flatMap(({ edge, placed }) => (isImplied(edge) ? [] : [[edge.id, placed] as const]))
