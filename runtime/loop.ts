// A loop that works while there is work, then sleeps until woken or until its poll interval has passed.

import type { Logger } from './log.ts'

export interface Loop {
  start(): void
  /** Looks at once; a wake during a turn leads to another turn. */
  wake(): void
  /** Finishes the turn under way and ends. */
  stop(): Promise<void>
}

export interface LoopOptions {
  name: string
  pollMs: number
  logger: Logger
  /** @returns true when there may be more to do at once */
  turn: () => Promise<boolean>
}

const PAUSE_AFTER_ERROR_MS = 500

/** Creates a loop; an error in a turn is logged and followed by a pause, never the end. */
export function createLoop(options: LoopOptions): Loop {
  let isStopped = false
  let isWoken = false
  let interrupt: (() => void) | null = null
  let running: Promise<void> | null = null

  async function sleep(ms: number, isWakeable: boolean): Promise<void> {
    if (isStopped || (isWakeable && isWoken)) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      interrupt = () => {
        if (!isWakeable && !isStopped) return
        clearTimeout(timer)
        resolve()
      }
    })
    interrupt = null
  }

  async function runTurns(): Promise<void> {
    while (!isStopped) {
      isWoken = false
      try {
        if (!(await options.turn())) await sleep(options.pollMs, true)
      } catch (error) {
        options.logger.error({ err: error, loop: options.name }, 'a turn failed')
        await sleep(PAUSE_AFTER_ERROR_MS, false)
      }
    }
  }

  return {
    start: () => {
      running ??= runTurns()
    },
    wake: () => {
      isWoken = true
      interrupt?.()
    },
    stop: async () => {
      isStopped = true
      interrupt?.()
      await running
    },
  }
}
