// A shelf that is not written to with every letter: a large document takes long enough to be felt. What waits is written
// as soon as the page is hidden or left, so that nothing is lost.

import type { DraftShelf, KeptDraft } from './kept-draft.ts'

export interface UnhurriedShelf extends DraftShelf {
  /** Writes what waits, and from now on everything at once. */
  close(): void
}

export interface ShelfOptions {
  page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  /** Milliseconds that the oldest change waits at most. */
  pause: number
}

const LEAVING = ['pagehide', 'visibilitychange', 'beforeunload', 'freeze'] as const

export function unhurriedShelf(shelf: DraftShelf, { page, pause }: ShelfOptions): UnhurriedShelf {
  let waiting: KeptDraft | null = null
  let written: KeptDraft | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  function rest(): void {
    clearTimeout(timer)
    timer = undefined
    waiting = null
  }
  function write(): void {
    const draft = waiting
    rest()
    if (!draft) return
    shelf.keep(draft)
    written = draft
  }
  for (const event of LEAVING) page.addEventListener(event, write)
  return {
    read: () => shelf.read(),
    keep(draft) {
      // A save that begins or fails changes nothing about what is kept.
      const isWritten = written?.document === draft.document && written.revision === draft.revision
      if (isWritten) return rest()
      waiting = draft
      if (isClosed) write()
      else timer ??= setTimeout(write, pause)
    },
    clear() {
      rest()
      written = null
      shelf.clear()
    },
    close() {
      isClosed = true
      write()
      for (const event of LEAVING) page.removeEventListener(event, write)
    },
  }
}
