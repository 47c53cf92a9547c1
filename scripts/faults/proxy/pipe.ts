// One direction of a proxied connection: what comes in leaves in order, late or not at all while it is held back.

import type { Socket } from 'node:net'

export interface Pipe {
  push(part: Part): void
  /** Nothing leaves until `release`; the other side notices nothing, not even an end. */
  hold(): void
  release(): void
  /** All bytes from now on are lost; how the connection ends is still told. */
  drop(): void
}

/** What travels: bytes, or how the connection ended. */
type Part = Buffer | 'end' | 'reset'

interface Waiting {
  part: Part
  dueAt: number
}

/** Above this the sender is not read any further, as a full window of TCP would have it. */
const HIGH_WATER = 1 << 20

/** @param lateBy milliseconds by which the next part is late */
export function createPipe(from: Socket, to: Socket, lateBy: () => number): Pipe {
  const queue: Waiting[] = []
  let queued = 0
  let isHeld = false
  let isDropped = false
  let timer: NodeJS.Timeout | null = null

  function send({ part }: Waiting): void {
    if (part === 'end') to.end()
    else if (part === 'reset') to.resetAndDestroy()
    else if (to.writable && !to.write(part)) {
      from.pause()
      to.once('drain', () => from.resume())
    }
  }

  function pump(): void {
    timer = null
    while (!isHeld) {
      const [head] = queue
      if (!head) break
      const wait = head.dueAt - performance.now()
      if (wait > 0) {
        timer = setTimeout(pump, wait)
        return
      }
      queue.shift()
      queued -= sizeOf(head.part)
      send(head)
    }
    if (queued < HIGH_WATER && from.isPaused()) from.resume()
  }

  return {
    push: (part) => {
      if (isDropped && typeof part !== 'string') return
      const late = lateBy()
      queue.push({ part, dueAt: late === 0 ? 0 : performance.now() + late })
      queued += sizeOf(part)
      if (queued > HIGH_WATER) from.pause()
      if (timer === null) pump()
    },
    hold: () => (isHeld = true),
    release: () => {
      isHeld = false
      if (timer === null) pump()
    },
    drop: () => {
      isDropped = true
      queue.splice(0, queue.length, ...queue.filter(({ part }) => typeof part === 'string'))
      queued = 0
    },
  }
}

function sizeOf(part: Part): number {
  return typeof part === 'string' ? 0 : part.length
}
