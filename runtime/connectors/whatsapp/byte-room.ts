// Room for bytes in memory: who needs more than is free waits for its turn.

export interface ByteRoom {
  /** @returns how to leave again; null when the signal came first */
  enter(bytes: number, signal: AbortSignal): Promise<(() => void) | null>
}

/** @param size bytes of all together; one that needs more than that enters alone */
export function createByteRoom(size: number): ByteRoom {
  let used = 0
  let waiting: { bytes: number; go: () => void }[] = []

  function admit(): void {
    for (let next = waiting[0]; next && isFree(next.bytes); next = waiting[0]) {
      waiting = waiting.slice(1)
      used += next.bytes
      next.go()
    }
  }

  function isFree(bytes: number): boolean {
    return used === 0 || used + bytes <= size
  }

  return {
    enter: async (bytes, signal) => {
      if (signal.aborted) return null
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const entry = { bytes, go: () => resolve(true) }
      const stop = (): void => {
        waiting = waiting.filter((other) => other !== entry)
        resolve(false)
      }
      waiting.push(entry)
      signal.addEventListener('abort', stop, { once: true })
      admit()
      const isIn = await promise
      signal.removeEventListener('abort', stop)
      if (!isIn) return null
      return () => {
        used -= bytes
        admit()
      }
    },
  }
}
