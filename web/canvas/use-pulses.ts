// Dots that travel along edges as contacts pass: few at a time, none where motion is not wanted.

import { usePreferredReducedMotion } from '@vueuse/core'
import { onScopeDispose, shallowReactive } from 'vue'
import type { ChartEdge } from '#machines/compile/chart.ts'

export interface Pulse {
  key: number
  /** Milliseconds before it starts. */
  delay: number
}

/** Length of one dot's way along one edge, in milliseconds. */
export const PULSE_LENGTH = 800
const MOST_AT_ONCE = 24

export function usePulses() {
  const pulses = shallowReactive(new Map<string, Pulse[]>())
  const motion = usePreferredReducedMotion()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let made = 0
  let running = 0

  function pulse(edges: ChartEdge[]): void {
    if (motion.value === 'reduce') return
    edges.forEach((edge, index) => {
      if (running >= MOST_AT_ONCE) return
      start(edge.id, index * PULSE_LENGTH * 0.85)
    })
  }

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
  return { pulses, pulse }
}
