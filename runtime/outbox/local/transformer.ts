// Runs transforms one after the other in a thread with little memory, and ends the thread of one that does not end.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Json } from '#machines/contracts/json.ts'
import type { TransformResult } from './transform.ts'

/** Beyond the expression's own limit, and enough for a thread that is only starting. */
const HARD_LIMIT_MS = 1000
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }

export interface Transformer {
  transform(expression: string, input: Json): Promise<TransformResult>
  stop(): Promise<void>
}

/** Starts its thread at the first transform. */
export function createTransformer(): Transformer {
  let thread: Worker | null = null
  const stop = async (): Promise<void> => {
    const ending = thread
    thread = null
    await ending?.terminate()
  }
  return {
    stop,
    transform: async (expression, input) => {
      thread ??= startThread()
      const answer = once(thread, 'message', { signal: AbortSignal.timeout(HARD_LIMIT_MS) })
      thread.postMessage({ expression, input })
      try {
        const [result] = (await answer) as [TransformResult]
        return result
      } catch {
        await stop()
        return { ok: false, error: NEVER_ENDED }
      }
    },
  }
}

function startThread(): Worker {
  const url = new URL('./transform-thread.ts', import.meta.url)
  const thread = new Worker(url, { resourceLimits: RESOURCE_LIMITS })
  // Who waits for an answer hears of it; with nobody listening it would end the process.
  return thread.on('error', () => {})
}

const NEVER_ENDED = {
  code: 'TRANSFORM_LIMIT',
  message: 'The expression took too long or too much memory',
}
