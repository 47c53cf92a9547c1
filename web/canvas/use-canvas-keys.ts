// Moving between states with the keyboard: arrow keys go to the nearest one, what has the focus stays in view.

import type { Ref } from 'vue'
import { neighbourOf } from './neighbours.ts'
import type { Direction } from './neighbours.ts'
import type { Box } from './paths.ts'

const DIRECTIONS: Record<string, Direction> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

export interface CanvasKeysOptions {
  frame: Ref<HTMLElement | null>
  boxes: Ref<Map<string, Box>>
  /** Brings a state into view. */
  reveal: (nodeId: string) => void
  /** Somebody else has the arrow keys. */
  isOff: () => boolean
}

export function useCanvasKeys({ frame, boxes, reveal, isOff }: CanvasKeysOptions) {
  const nodeOf = (target: EventTarget | null): string | null =>
    target instanceof HTMLElement ? (target.dataset['node'] ?? null) : null

  function onKeydown(event: KeyboardEvent): void {
    const direction = DIRECTIONS[event.key]
    const from = nodeOf(event.target)
    if (!direction || from === null || isOff()) return
    const next = neighbourOf(boxes.value, from, direction)
    if (next === null) return
    event.preventDefault()
    focus(next)
  }

  /** False for what is not there, or not seen yet. */
  function focus(nodeId: string): boolean {
    const state = frame.value?.querySelector<HTMLElement>(`[data-node="${CSS.escape(nodeId)}"]`)
    state?.focus({ preventScroll: true })
    return state !== null && state === document.activeElement
  }

  function onFocusin(event: FocusEvent): void {
    const { target } = event
    if (!(target instanceof HTMLElement) || !target.matches(':focus-visible')) return
    const nodeId = nodeOf(target)
    if (nodeId !== null) reveal(nodeId)
  }

  /** Browsers scroll the focused element into view, which would shift the drawing against its viewport. */
  function onScroll(event: Event): void {
    if (event.target instanceof HTMLElement) event.target.scrollTo(0, 0)
  }

  return { onKeydown, onFocusin, onScroll, focus }
}
