// Groups with their aggregates, and windows over the rows of a query.

import { compareRows } from './call.ts'
import type { Compiled, Frame, Scope, Window } from './scope.ts'
import { groupKey } from './values.ts'

/** One frame per group, its first row's; without `group by` everything is one group, also when there is nothing. */
export function groupRows(
  frames: Frame[],
  how: { scope: Scope; groupBy: Compiled[]; having: Compiled | null; empty: Frame },
): Frame[] {
  const { scope, groupBy, having, empty } = how
  const groups = new Map<string, Frame[]>()
  for (const frame of frames) {
    const key = groupKey(groupBy.map((item) => item.run(frame)))
    const group = groups.get(key)
    if (group) group.push(frame)
    else groups.set(key, [frame])
  }
  if (groupBy.length === 0 && groups.size === 0) groups.set('', [])
  const grouped = [...groups.values()].map((group) => {
    const first = group[0] ?? emptyFrame(empty, scope)
    const aggregates = scope.aggregates.map(({ start, step, end }) =>
      end(group.reduce((state, frame) => step(state, frame), start())),
    )
    return { ...first, aggregates }
  })
  return having ? grouped.filter((frame) => having.run(frame) === true) : grouped
}

function emptyFrame(frame: Frame, scope: Scope): Frame {
  return { ...frame, slots: scope.sources.map(({ columns }) => columns.map(() => null)) }
}

export function computeWindows(frames: Frame[], windows: Window[]): void {
  if (windows.length === 0) return
  for (const frame of frames) frame.windows = []
  for (const [slot, window] of windows.entries()) computeWindow(frames, window, slot)
}

function computeWindow(frames: Frame[], window: Window, slot: number): void {
  const { partition, order } = window
  const parts = Map.groupBy(frames, (frame) => groupKey(partition.map((item) => item.run(frame))))
  for (const part of parts.values()) {
    const keyed = part.map((frame) => ({ frame, keys: order.map(({ by }) => by.run(frame)) }))
    const sorted = keyed.toSorted((left, right) => compareRows(left.keys, right.keys, order))
    const isPeer = (index: number): boolean =>
      compareRows(sorted[index - 1]?.keys ?? [], sorted[index]?.keys ?? [], order) === 0
    const values = window.values(
      sorted.map(({ frame }) => frame),
      isPeer,
    )
    sorted.forEach(({ frame }, index) => {
      frame.windows[slot] = values[index]
    })
  }
}
