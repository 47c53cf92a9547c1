// Contacts on their way: a dot that travels along the edge for each, while they are few. Where many pass, the ways they
// take are lit instead: nobody can follow so many dots, and moving them would keep the machine busy.

import { usePreferredReducedMotion } from '@vueuse/core'
import { onScopeDispose, shallowReactive, shallowRef } from 'vue'
import type { ChartEdge } from '#machines/compile/chart.ts'
import { createTraffic } from './traffic.ts'

export interface Pulse {
  key: number
  /** Milliseconds before it starts. */
  delay: number
}

/** Length of one dot's way along one edge, in milliseconds. */
export const PULSE_LENGTH = 800
const MOST_AT_ONCE = 24
/** How often what is lit is looked at again, in milliseconds. */
const LOOK_MS = 1_000

/** The edges that somebody passes; found only when they are shown. */
type Way = () => ChartEdge[]

export function usePulses() {
  const dots = useDots()
  const motion = usePreferredReducedMotion()
  const traffic = createTraffic()
  const busy = shallowRef<ReadonlySet<string>>(new Set())
  let looking: ReturnType<typeof setInterval> | undefined

  function look(): void {
    const now = traffic.busyAt(performance.now())
    const isSame = now.size === busy.value.size && now.isSubsetOf(busy.value)
    if (!isSame) busy.value = now
    if (now.size > 0) return
    clearInterval(looking)
    looking = undefined
  }

  function pulse(ways: readonly Way[]): void {
    const now = performance.now()
    const isDense = traffic.passed(ways.length, now)
    if (!isDense && motion.value === 'reduce') return
    // Of very many a few say as much as all.
    for (const way of ways.slice(0, MOST_AT_ONCE)) {
      if (isDense)
        traffic.light(
          way().map(({ id }) => id),
          now,
        )
      else if (dots.hasRoom()) dots.send(way())
    }
    if (isDense) looking ??= setInterval(look, LOOK_MS)
  }

  onScopeDispose(() => clearInterval(looking))
  return { pulses: dots.pulses, busy, pulse }
}

function useDots() {
  const pulses = shallowReactive(new Map<string, Pulse[]>())
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let made = 0
  let running = 0

  function start(edgeId: string, delay: number): void {
    const dot: Pulse = { key: ++made, delay }
    running += 1
    pulses.set(edgeId, [...(pulses.get(edgeId) ?? []), dot])
    const timer = setTimeout(() => {
      timers.delete(timer)
      running -= 1
      const left = (pulses.get(edgeId) ?? []).filter(({ key }) => key !== dot.key)
      if (left.length === 0) pulses.delete(edgeId)
      else pulses.set(edgeId, left)
    }, delay + PULSE_LENGTH)
    timers.add(timer)
  }

  onScopeDispose(() => timers.forEach(clearTimeout))
  const hasRoom = (): boolean => running < MOST_AT_ONCE
  return {
    pulses,
    hasRoom,
    send: (edges: readonly ChartEdge[]) =>
      edges.forEach((edge, index) => {
        if (hasRoom()) start(edge.id, index * PULSE_LENGTH * 0.85)
      }),
  }
}
