// What the heap holds when the garbage is out: resident memory alone does not tell growth from a lazy collector.

import { constants, type NodeGCPerformanceDetail, PerformanceObserver } from 'node:perf_hooks'

export interface LiveHeap {
  /** Bytes in use after the last full collection; 0 before the first. */
  read(): number
  stop(): void
}

export function watchLiveHeap(): LiveHeap {
  let bytes = 0
  const observer = new PerformanceObserver((list) => {
    // @types/node has no name yet for an entry with `detail`.
    const entries = list.getEntries() as { detail?: NodeGCPerformanceDetail }[]
    if (entries.some(({ detail }) => detail?.kind === FULL)) bytes = process.memoryUsage().heapUsed
  })
  observer.observe({ entryTypes: ['gc'] })
  return { read: () => bytes, stop: () => observer.disconnect() }
}

const FULL = constants.NODE_PERFORMANCE_GC_MAJOR
