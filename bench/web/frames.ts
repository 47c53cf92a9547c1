// Frames of a page while something is done to it.

import type { Page } from 'playwright-core'

const FRAME_MS = 1000 / 60

interface World {
  benchFrames: number[] | null
  requestAnimationFrame(then: (now: number) => void): void
}

/** Milliseconds between the frames that were made during the work. */
export async function framesDuring(page: Page, work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const world = globalThis as unknown as World
    const times: number[] = []
    world.benchFrames = times
    const note = (now: number): void => {
      times.push(now)
      if (world.benchFrames === times) world.requestAnimationFrame(note)
    }
    world.requestAnimationFrame(note)
  })
  await work()
  const times = await page.evaluate(() => {
    const world = globalThis as unknown as World
    const noted = world.benchFrames ?? []
    world.benchFrames = null
    return noted
  })
  return times.slice(1).map((time, index) => time - (times[index] ?? time))
}

/** Part of the frames that a screen of sixty a second would have shown and did not get, in percent. */
export function droppedOf(intervals: readonly number[]): number {
  const due = intervals.map((interval) => Math.max(1, Math.round(interval / FRAME_MS)))
  const all = due.reduce((sum, frames) => sum + frames, 0)
  return all === 0 ? NaN : (100 * (all - due.length)) / all
}
