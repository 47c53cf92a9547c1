// The way that a telling goes, as charts draw walks. Pure.

import type { RetoldStep } from '#machines/contracts/debugger.ts'
import type { WalkedPath } from '../api/journal.ts'

export function walkOf(steps: readonly RetoldStep[]): WalkedPath {
  const states: string[] = []
  const hops = new Set<string>()
  for (const state of steps.flatMap(({ path }) => path)) {
    const before = states.at(-1)
    if (before === state) continue
    if (before !== undefined) hops.add(`${before}>${state}`)
    states.push(state)
  }
  return { states, hops, at: states.at(-1) ?? null }
}
