// The pointer on a drawing that is edited: dragging states, drawing ways, choosing with a rectangle, putting down.

import type { VueFlowStore } from '@vue-flow/core'
import { useEventListener } from '@vueuse/core'
import { computed, shallowRef } from 'vue'
import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import { aimAt, holderIn, placeAt } from './aiming.ts'
import { dragOf, draggedBy } from './dragging.ts'
import type { Drag } from './dragging.ts'
import { isSameAim, KIND_TYPE, NO_AIM } from './editing.ts'
import type { Aim, CanvasDeed, CanvasEditing, Way } from './editing.ts'
import { areaBetween, stateAt, statesIn } from './hits.ts'
import type { ChartLayout } from './layout.ts'
import type { Point } from './paths.ts'
import type { Positions } from './placed.ts'

/** Pixels on the screen before a press becomes a drag. */
const THRESHOLD = 4
/** How near to an edge something is put onto it, in pixels on the screen. */
const EDGE_REACH = 14
const NOBODY: ReadonlySet<string> = new Set()

export interface GesturesInput {
  frame: Ref<HTMLElement | null>
  flow: VueFlowStore
  chart: Ref<Chart>
  layout: Ref<ChartLayout>
  editing: Ref<CanvasEditing | undefined>
  /** Where dragged states are on their way. */
  dragged: Ref<Positions>
  deed: (deed: CanvasDeed) => void
}

type Gesture =
  | { type: 'press'; nodeId: string; from: Point }
  | { type: 'drag'; drag: Drag; from: Point }
  | { type: 'link'; way: Way; from: Point; to: Point }
  | { type: 'area'; from: Point; to: Point }

interface Parts extends GesturesInput {
  gesture: Ref<Gesture | null>
  aim: Ref<Aim>
  inFlow: (point: Point) => Point
  /** What something would land on at a point of the screen. */
  aimed: (point: Point, away: ReadonlySet<string>) => Aim
}

export function useGestures(input: GesturesInput) {
  const { flow, chart, layout } = input
  const inFlow = ({ x, y }: Point): Point => flow.screenToFlowCoordinate({ x, y })
  const parts: Parts = {
    ...input,
    gesture: shallowRef(null),
    aim: aimRef(),
    inFlow,
    aimed: (point, away) => {
      const reach = EDGE_REACH / flow.viewport.value.zoom
      return aimAt({ chart: chart.value, layout: layout.value, reach }, inFlow(point), away)
    },
  }
  usePointer(parts)
  useDropping(parts)
  return { gesture: parts.gesture, aim: parts.aim }
}

/** The same object while it says the same: most steps of the pointer change nothing that is drawn. */
function aimRef(): Ref<Aim> {
  const held = shallowRef(NO_AIM)
  return computed({
    get: () => held.value,
    set: (aim) => {
      if (!isSameAim(held.value, aim)) held.value = aim
    },
  })
}

const at = (event: MouseEvent): Point => ({ x: event.clientX, y: event.clientY })
const isFar = (from: Point, to: Point) => Math.hypot(to.x - from.x, to.y - from.y) >= THRESHOLD

function usePointer(parts: Parts): void {
  const { frame, editing, gesture, aim, dragged } = parts
  let isClickOver = false

  function cancel(): void {
    gesture.value = null
    aim.value = NO_AIM
    dragged.value = {}
  }
  function onPointerdown(event: PointerEvent): void {
    isClickOver = false
    gesture.value = begunBy(event)
  }
  function onPointermove(event: PointerEvent): void {
    const { value: now } = gesture
    const to = at(event)
    if (!now || (now.type !== 'drag' && !isFar(now.from, to))) return
    if (now.type === 'press') take(parts, now, event)
    else if (now.type === 'drag') move(parts, now, to)
    else follow(parts, now, to)
  }
  function onPointerup(event: PointerEvent): void {
    const { value: now } = gesture
    const landed = { aim: aim.value, positions: dragged.value }
    cancel()
    isClickOver = now?.type === 'drag' || now?.type === 'area'
    if (now?.type === 'drag') letGo(parts, now, landed)
    else if (now?.type === 'link') link(parts, now, at(event))
    else if (now?.type === 'area') choose(parts, now, event)
  }
  /** The end of a drag or of a rectangle is no click on what lies there. */
  function onClick(event: MouseEvent): void {
    if (isClickOver) event.stopPropagation()
    isClickOver = false
  }

  const target = computed(() => (editing.value?.mayChange ? frame.value : null))
  const everywhere = computed(() => (gesture.value ? window : null))
  useEventListener(target, 'pointerdown', onPointerdown)
  useEventListener(target, 'click', onClick, { capture: true })
  useEventListener(everywhere, 'pointermove', onPointermove)
  useEventListener(everywhere, 'pointerup', onPointerup)
  useEventListener(everywhere, 'pointercancel', cancel)
  useEventListener(everywhere, 'keydown', (event: KeyboardEvent) => {
    if (event.key === 'Escape') cancel()
  })
}

/** On a way out, on a state, or with Shift on the ground; anything else moves the drawing. */
function begunBy(event: PointerEvent): Gesture | null {
  if (event.button !== 0 || !(event.target instanceof Element)) return null
  const outlet = event.target.closest<HTMLElement>('[data-outlet]')
  const state = event.target.closest<HTMLElement>('[data-node]')
  const from = at(event)
  if (outlet) {
    const way = { nodeId: outlet.dataset['of'] ?? '', port: outlet.dataset['outlet'] ?? '' }
    return { type: 'link', way, from, to: from }
  }
  if (state) return { type: 'press', nodeId: state.dataset['node'] ?? '', from }
  if (!event.shiftKey || !event.target.closest('.vue-flow__pane')) return null
  event.preventDefault()
  return { type: 'area', from, to: from }
}

/** A state that is not selected is dragged alone. */
function take(parts: Parts, { nodeId, from }: Gesture & { type: 'press' }, event: PointerEvent) {
  const { chart, layout, editing, frame, gesture, deed } = parts
  const chosen = editing.value?.selection ?? []
  const isChosen = chosen.includes(nodeId)
  const drag = dragOf(chart.value, layout.value.boxes, isChosen ? chosen : [nodeId])
  if (drag.roots.length === 0) return
  if (!isChosen) deed({ type: 'chosen', ids: [nodeId], how: 'only' })
  frame.value?.setPointerCapture(event.pointerId)
  gesture.value = { type: 'drag', drag, from }
}

function move(parts: Parts, { drag, from }: Gesture & { type: 'drag' }, to: Point): void {
  const [start, end] = [parts.inFlow(from), parts.inFlow(to)]
  parts.dragged.value = draggedBy(drag, { x: end.x - start.x, y: end.y - start.y })
  // The entry and the ends can be put anywhere, and into nothing.
  const isStep = drag.roots.some((id) => !id.startsWith('$'))
  parts.aim.value = isStep ? parts.aimed(to, drag.away) : NO_AIM
}

function follow(parts: Parts, now: Gesture & { type: 'link' | 'area' }, to: Point): void {
  parts.gesture.value = { ...now, to }
  if (now.type !== 'link') return
  parts.aim.value = { ...NO_AIM, node: stateAt(parts.inFlow(to), parts.layout.value.boxes) }
}

function letGo(
  { chart, deed }: Parts,
  { drag }: Gesture & { type: 'drag' },
  { aim, positions }: { aim: Aim; positions: Positions },
): void {
  if (Object.keys(positions).length === 0) return
  deed({ type: 'placed', ids: drag.roots, positions, place: placeAt(chart.value, aim) })
}

/** A way that ends on nothing asks what is to be there; one that never left its outlet, too. */
function link(parts: Parts, { way, from }: Gesture & { type: 'link' }, to: Point): void {
  const { chart, layout, deed } = parts
  const here = isFar(from, to) ? parts.inFlow(to) : null
  const target = here && stateAt(here, layout.value.boxes)
  if (target === way.nodeId) return
  if (target !== null) return deed({ type: 'connected', from: way, to: target })
  const ground = { chart: chart.value, layout: layout.value }
  deed({ type: 'asked', after: way, at: here, holder: here && holderIn(ground, here, NOBODY) })
}

function choose(parts: Parts, { from }: Gesture & { type: 'area' }, event: PointerEvent): void {
  const area = areaBetween(parts.inFlow(from), parts.inFlow(at(event)))
  const how = event.ctrlKey || event.metaKey ? 'more' : 'only'
  parts.deed({ type: 'chosen', ids: statesIn(area, parts.layout.value.boxes), how })
}

/** What comes from the palette. */
function useDropping({ frame, editing, chart, aim, inFlow, aimed, deed }: Parts): void {
  const target = computed(() => (editing.value?.mayChange ? frame.value : null))
  const carries = (event: DragEvent) => event.dataTransfer?.types.includes(KIND_TYPE) === true

  useEventListener(target, 'dragover', (event: DragEvent) => {
    if (!carries(event)) return
    event.preventDefault()
    aim.value = aimed(at(event), NOBODY)
  })
  useEventListener(target, 'dragleave', () => (aim.value = NO_AIM))
  useEventListener(target, 'drop', (event: DragEvent) => {
    if (!carries(event)) return
    event.preventDefault()
    const kind = event.dataTransfer?.getData(KIND_TYPE) ?? ''
    const place = placeAt(chart.value, aimed(at(event), NOBODY))
    aim.value = NO_AIM
    deed({ type: 'dropped', kind, place, at: inFlow(at(event)) })
  })
}
