// What can be read out of journal items: one ordered list, and the way a run has walked.

import type { JournalItem } from '#machines/contracts/api.ts'

/** Newest first, one item per seq; the fresher copy wins because effects change their status. */
export function mergeJournal(kept: JournalItem[], fresh: JournalItem[]): JournalItem[] {
  const bySeq = new Map(kept.map((item) => [item.seq, item]))
  for (const item of fresh) bySeq.set(item.seq, item)
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq)
}

export interface WalkedPath {
  /** Node ids in the order of the walk, repeated where the run came back. */
  states: string[]
  /** `from>to` of every hop. */
  hops: Set<string>
  /** Where the run was after the last Step that was counted. */
  at: string | null
}

/** The way of one run up to and including the Step `seq`; without seq, all of it. */
export function walkedPath(journal: JournalItem[], runId: string, seq?: number): WalkedPath {
  const states: string[] = []
  const hops = new Set<string>()
  for (const item of journal.toReversed()) {
    if (seq !== undefined && item.seq > seq) break
    for (const move of item.moves) {
      if (move.runId === runId) walk(move.path, move.to, states, hops)
    }
  }
  return { states, hops, at: states.at(-1) ?? null }
}

function walk(path: string[], to: string | null, states: string[], hops: Set<string>): void {
  const steps = path.length > 0 ? path : to === null ? [] : [to]
  for (const state of steps) {
    const before = states.at(-1)
    if (before === state) continue
    if (before !== undefined) hops.add(`${before}>${state}`)
    states.push(state)
  }
}
