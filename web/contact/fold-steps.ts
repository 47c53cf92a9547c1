// Steps that tell of one thing as one row of the timeline: how far a message got, the tags of one moment. Pure.

import type { JournalItem } from '#machines/contracts/api.ts'

export interface FoldedSteps {
  /** The newest Step of each row, the newest row first. */
  rows: readonly number[]
  /** Of rows that tell of one thing: all their Steps, the oldest first. */
  members: ReadonlyMap<number, readonly number[]>
  /** The row of each Step that is not the newest of its own. */
  rowOf: ReadonlyMap<number, number>
}

/** A Step that is not known yet has a row of its own. */
export function foldSteps(
  seqs: readonly number[],
  items: ReadonlyMap<number, JournalItem>,
): FoldedSteps {
  const rows: number[] = []
  const members = new Map<number, number[]>()
  const rowOf = new Map<number, number>()
  let open: string | null = null
  for (const seq of seqs) {
    const item = items.get(seq)
    const thing = item ? thingOf(item) : null
    const head = rows.at(-1)
    if (thing !== null && thing === open && head !== undefined) {
      members.set(head, [seq, ...(members.get(head) ?? [head])])
      rowOf.set(seq, head)
    } else {
      rows.push(seq)
      if (thing !== null) members.set(seq, [seq])
    }
    open = thing
  }
  return { rows, members, rowOf }
}

/** What a Step of no consequence tells of; null where it is a matter of its own. */
function thingOf(item: JournalItem): string | null {
  const { event, payload, effects, moves, deed, refused, note } = item
  const isQuiet = effects.length === 0 && moves.length === 0 && (refused ?? []).length === 0
  // What is kept for later says so itself.
  if (!isQuiet || deed || note === 'kept_for_later') return null
  if (event === 'tag.added') return 'tags'
  const { messageId } = payload
  return event === 'message.status' && typeof messageId === 'string' ? messageId : null
}

/** What one Step adds to the row that it shares: a status, or a tag. */
export function partOf({ event, payload }: JournalItem): { status?: string; tag?: string } {
  const { status, tag } = payload
  if (event === 'message.status' && typeof status === 'string') return { status }
  return event === 'tag.added' && typeof tag === 'string' ? { tag } : {}
}
