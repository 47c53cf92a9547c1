// Waits for what another process or loop will bring about and tells nobody of.

import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer is true. @throws {Error} with `what` after the time limit */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  limitMs = 10_000,
): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await sleep(10)
  }
}
