// Questions to a stand-in that wait: answered when what was asked for has come, or when nobody waits any longer.

import type { SandboxGround } from './provider.ts'

/**
 * Waits until a message that passes through makes `isReached` true; returns also when `waitMs` milliseconds are over or
 * the sandbox closes.
 */
export async function waitUntil(
  isReached: () => boolean,
  { waitMs, context }: { waitMs: number; context: Pick<SandboxGround, 'closing' | 'listen'> },
): Promise<void> {
  if (isReached()) return
  const limit = AbortSignal.any([context.closing, AbortSignal.timeout(waitMs)])
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = context.listen(() => {
    if (isReached()) resolve()
  })
  limit.addEventListener('abort', () => resolve(), { once: true })
  await promise
  stop()
}
