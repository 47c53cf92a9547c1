// Undo of what was done in the simulator: the plans before this one, and those that were taken back. Pure.

import { canonicalJson } from '#machines/compile/hash.ts'

const MOST = 200

export interface History<T> {
  past: readonly T[]
  now: T
  future: readonly T[]
}

export function begin<T>(now: T): History<T> {
  return { past: [], now, future: [] }
}

/** Something new was done: what had been taken back is gone. */
export function record<T>({ past, now }: History<T>, next: T): History<T> {
  if (canonicalJson(now) === canonicalJson(next)) return { past, now, future: [] }
  return { past: [...past, now].slice(-MOST), now: next, future: [] }
}

export function undo<T>(history: History<T>): History<T> {
  const { past, now, future } = history
  const before = past.at(-1)
  return before === undefined
    ? history
    : { past: past.slice(0, -1), now: before, future: [now, ...future] }
}

export function redo<T>(history: History<T>): History<T> {
  const { past, now, future } = history
  const [next, ...rest] = future
  return next === undefined ? history : { past: [...past, now], now: next, future: rest }
}
