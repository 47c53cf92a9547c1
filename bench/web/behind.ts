// What ten thousand transitions a second behind the page of a workflow cost it: processor time of the page's process while
// they are written, and while nothing happens, in turn.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { openWriter, type Writer } from './transitions.ts'
import type { WebPlan } from './canvas.ts'
import { type Figure, figureOf } from './figures.ts'
import { openBrowser, type Stage } from './stage.ts'

const PACE = 10_000
const SECONDS = 5
const SETTLE_MS = 1_500

export async function measureBehind(stage: Stage, { rounds, onRound }: WebPlan): Promise<Figure[]> {
  const writer = await openWriter(stage)
  // A browser of its own: nothing else may run in the process that is looked at.
  const browser = await openBrowser()
  try {
    const page = await stage.open(`/workflows/${writer.workflowId}`, { browser })
    await page.locator('.state-count').first().waitFor()
    await sleep(SETTLE_MS)
    const cost: number[] = []
    for (let round = 0; round < Math.max(2, Math.ceil(rounds / 2)); round += 1) {
      const still = await usedDuring(browser, () => sleep(SECONDS * 1000))
      const busy = await usedDuring(browser, () => writeFor(writer, page))
      await sleep(SETTLE_MS)
      cost.push(100 * (busy - still))
      onRound(
        `behind, round ${round + 1}: page ${(100 * busy).toFixed(1)} % of a core, ${(100 * still).toFixed(1)} % at rest`,
      )
    }
    return [figureOf('behind', 'page', '% of a core', cost)]
  } finally {
    await browser.close()
    await writer.stop()
  }
}

/** @throws {Error} when the page showed nothing of it */
async function writeFor(writer: Writer, page: Page): Promise<void> {
  const before = await countsOn(page)
  const written = await writer.writeFor(SECONDS, PACE)
  if (written < PACE * SECONDS * 0.95) throw new Error(`only ${written} transitions were written`)
  if ((await countsOn(page)) === before) throw new Error('the page did not follow')
}

/** With the states that they are of: where thousands move together, the numbers themselves stay the same. */
const countsOn = async (page: Page): Promise<string> =>
  (await page.locator('[data-node]:has(.state-count)').allTextContents()).join(' ')

/** Cores that the page's process took meanwhile: its scripts, layout and painting. */
async function usedDuring(browser: Browser, work: () => Promise<unknown>): Promise<number> {
  const [start, before] = [performance.now(), await cpuOf(browser)]
  await work()
  const [seconds, after] = [(performance.now() - start) / 1000, await cpuOf(browser)]
  return (after - before) / seconds
}

async function cpuOf(browser: Browser): Promise<number> {
  const cdp = await browser.newBrowserCDPSession()
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  await cdp.detach()
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .reduce((all, { cpuTime }) => all + cpuTime, 0)
}
