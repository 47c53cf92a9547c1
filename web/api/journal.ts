// What can be read out of journal items: one ordered list, and the way a run has walked.

import type { JournalItem } from '#machines/contracts/api.ts'

/** Newest first, one item per seq; the fresher copy wins because effects change their status. */
export function mergeJournal(kept: JournalItem[], fresh: JournalItem[]): JournalItem[] {
  const bySeq = new Map(kept.map((item) => [item.seq, item]))
  for (const item of fresh) bySeq.set(item.seq, item)
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq)
}

export interface WalkedPath {
  /** Node ids in the order in which they were first come to. */
  states: string[]
  /** `from>to` of every hop. */
  hops: Set<string>
  /** Where the run was after the last Step that was counted. */
  at: string | null
}

/** The way of one run up to and including any Step; its whole history is gone through once, however often it is asked. */
export function walkIn(
  journal: readonly JournalItem[],
  runId: string,
): (seq?: number) => WalkedPath {
  /** Where each state and each hop was first, and where the run was after each Step that moved it, in order. */
  const [states, hops] = [new Map<string, number>(), new Map<string, number>()]
  const places: { seq: number; at: string }[] = []
  let at: string | null = null
  for (const { seq, moves } of journal.toReversed()) {
    for (const state of moves.flatMap((move) => (move.runId === runId ? stepsOf(move) : []))) {
      if (state === at) continue
      if (at !== null) keepFirst(hops, `${at}>${state}`, seq)
      keepFirst(states, state, seq)
      at = state
      places.push({ seq, at })
    }
  }
  return (seq = Infinity) => ({
    states: upTo(states, seq),
    hops: new Set(upTo(hops, seq)),
    at: lastAt(places, seq),
  })
}

function stepsOf({ path, to }: JournalItem['moves'][number]): string[] {
  return path.length > 0 ? path : to === null ? [] : [to]
}

function keepFirst(known: Map<string, number>, key: string, seq: number): void {
  if (!known.has(key)) known.set(key, seq)
}

function upTo(known: ReadonlyMap<string, number>, seq: number): string[] {
  return [...known].flatMap(([key, first]) => (first <= seq ? [key] : []))
}

function lastAt(places: readonly { seq: number; at: string }[], seq: number): string | null {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle]?.seq ?? 0) <= seq) low = middle + 1
    else high = middle
  }
  return places[low - 1]?.at ?? null
}

const SAID: ReadonlySet<string> = new Set(['message.received', 'message.echoed'])

/** The Step of each message: by its own id where it came in, by that of the effect where it was sent. */
export function saidInSteps(journal: readonly JournalItem[]): Map<string, number> {
  const said = new Map<string, number>()
  for (const { seq, event, payload, effects } of journal) {
    const { messageId } = payload
    if (SAID.has(event) && typeof messageId === 'string') said.set(messageId, seq)
    for (const { id } of effects) said.set(id, seq)
  }
  return said
}
