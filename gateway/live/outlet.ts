// What one topic sends to one client: never more than about ten messages a second, always the newest state.

import type { Move, ServerMessage } from '#machines/contracts/live.ts'

export interface Outlet {
  offer(message: ServerMessage): void
  /** Messages offered before are kept until now. */
  open(): void
  close(): void
}

export interface OutletOptions {
  send: (message: ServerMessage) => void
  spacingMs: number
}

/** Moves kept while waiting: what the eye can follow. */
const MAX_MOVES = 60

export function createOutlet({ send, spacingMs }: OutletOptions): Outlet {
  /** Newest message of each type, in the order in which the types came. */
  const waiting = new Map<string, ServerMessage>()
  let isOpen = false
  let pause: NodeJS.Timeout | undefined

  const flush = (): void => {
    pause = undefined
    const messages = [...waiting.values()]
    if (messages.length === 0) return
    waiting.clear()
    pause = setTimeout(flush, spacingMs * messages.length)
    for (const message of messages) send(message)
  }
  return {
    offer: (message) => {
      waiting.set(message.type, merge(waiting.get(message.type), message))
      if (isOpen && pause === undefined) flush()
    },
    open: () => {
      isOpen = true
      flush()
    },
    close: () => {
      isOpen = false
      waiting.clear()
      clearTimeout(pause)
    },
  }
}

/** Counts and views replace each other; moves add up. */
function merge(before: ServerMessage | undefined, message: ServerMessage): ServerMessage {
  if (before?.type !== 'workflow.moved' || message.type !== 'workflow.moved') return message
  const moves: Move[] = [...before.moves, ...message.moves]
  return { ...message, moves: moves.slice(-MAX_MOVES) }
}
