// Which states of older versions a person may want to map by hand. Pure.

import type { DryRun, StateMap, StateMapEntry } from '#machines/contracts/versions.ts'

/** Every state that does not simply stay the same; one that leads nowhere only where contacts are stuck in it. */
export function openChoices(
  { from, cannotMove }: Pick<DryRun, 'from' | 'cannotMove'>,
  chosen: StateMap,
): StateMapEntry[] {
  const stuck = new Set(cannotMove.map(({ state }) => state))
  const entries = new Map<string, StateMapEntry>()
  for (const { map, active } of from) {
    for (const entry of active > 0 ? map : []) {
      const isOpen = Object.hasOwn(chosen, entry.from) || stuck.has(entry.from)
      if (isOpen || !SETTLED.has(entry.rule)) entries.set(entry.from, entry)
    }
  }
  return [...entries.values()]
}

const SETTLED: ReadonlySet<StateMapEntry['rule']> = new Set(['same', 'renamed', 'none', 'chosen'])

/** The version that most contacts would leave; it knows what their states are called. */
export function fullestOf(from: DryRun['from']): string {
  return from.toSorted((a, b) => b.active - a.active)[0]?.versionId ?? ''
}
