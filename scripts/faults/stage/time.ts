// Waiting, for a while or until something is so.

import { setTimeout as sleep } from 'node:timers/promises'

export { sleep }

/** Asks again and again; null when it was never so in the given time. */
export async function waitFor<T>(
  ask: () => T | null | Promise<T | null>,
  limitMs: number,
  everyMs = 50,
): Promise<T | null> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = await ask()
    if (found !== null) return found
    if (performance.now() >= end) return null
    await sleep(everyMs)
  }
}
