// What is still to happen, by its time; what comes first at the same time was planned first.

export interface Scheduled {
  at: number
  readonly order: number
  isCancelled: boolean
  readonly act: () => void
  /** Whose turn it is; null: the network's or a server's. */
  readonly process: unknown
}

export interface TimeQueue {
  push(item: Scheduled): void
  pop(): Scheduled | undefined
  peek(): Scheduled | undefined
  readonly size: number
}

const isBefore = (left: Scheduled, right: Scheduled): boolean =>
  left.at < right.at || (left.at === right.at && left.order < right.order)

/** A binary heap. */
export function createTimeQueue(): TimeQueue {
  const heap: Scheduled[] = []

  function rise(from: number): void {
    const item = heap[from] as Scheduled
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(item, heap[above] as Scheduled)) break
      heap[at] = heap[above] as Scheduled
      at = above
    }
    heap[at] = item
  }

  function sink(): void {
    const item = heap[0] as Scheduled
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      if (left >= heap.length) break
      const right = left + 1
      const isRight =
        right < heap.length && isBefore(heap[right] as Scheduled, heap[left] as Scheduled)
      const least = isRight ? right : left
      if (!isBefore(heap[least] as Scheduled, item)) break
      heap[at] = heap[least] as Scheduled
      at = least
    }
    heap[at] = item
  }

  return {
    push: (item) => {
      heap.push(item)
      rise(heap.length - 1)
    },
    pop: () => {
      const first = heap[0]
      const last = heap.pop()
      if (heap.length > 0 && last) {
        heap[0] = last
        sink()
      }
      return first
    },
    peek: () => heap[0],
    get size() {
      return heap.length
    },
  }
}
