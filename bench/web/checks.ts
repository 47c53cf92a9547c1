// From the key that makes or mends a mistake to the list of problems that says so, as it is painted.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { percentileOf } from '../lib/stats.ts'
import type { WebPlan } from './canvas.ts'
import { type Figure, figureOf } from './figures.ts'
import { largeWorkflow, textState } from './large-workflow.ts'
import type { Stage } from './stage.ts'

const SIZES = [60, 200, 500]
/** A value that nothing sets: each letter more is another problem. */
const MISTAKE = ' {{vars.nada}}'
const KEYS_IN_ROUND = 12
const LIST = 'section ul:has(.problem-row)'
const LIMIT_MS = 5_000

export async function measureChecks(stage: Stage, { rounds, onRound }: WebPlan): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const states of SIZES) {
    const id = `wf_bench_checks_${states}`
    await stage.put(largeWorkflow(id, states))
    const page = await stage.open(`/workflows/${id}/edit/${textState(states)}?panel=problems`)
    const told = await typeMistakes(page, rounds)
    await page.context().close()
    const sorted = told.toSorted((a, b) => a - b)
    const [middle, high] = [percentileOf(sorted, 50), percentileOf(sorted, 95)]
    onRound(
      `checks, ${states} states: told after ${middle.toFixed(0)} ms, p95 ${high.toFixed(0)} ms`,
    )
    figures.push(
      figureOf('checks', `key to problems, ${states} states`, 'ms', told),
      figureOf('checks', `key to problems, ${states} states, p95`, 'ms', [high]),
    )
  }
  return figures
}

interface Observer {
  observe(target: unknown, options: object): void
  disconnect(): void
}
interface World {
  benchTold: Promise<number | null>
  performance: { now(): number }
  document: {
    querySelector(selector: string): { closest(selector: string): unknown } | null
    addEventListener(
      type: string,
      hear: (event: { timeStamp: number }) => void,
      options: { capture: boolean; once: boolean },
    ): void
  }
  MutationObserver: new (hear: () => void) => Observer
  requestAnimationFrame(then: () => void): void
  setTimeout(then: () => void, ms?: number): void
}

/** Milliseconds from each key that changes the problems to when the list shows it. */
async function typeMistakes(page: Page, rounds: number): Promise<number[]> {
  const field = page.locator('.form-body textarea').first()
  await field.waitFor()
  await field.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(MISTAKE, { delay: 30 })
  await page.locator(LIST).first().waitFor()
  await sleep(1_000)
  const told: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (let key = 0; key < KEYS_IN_ROUND; key += 1) {
      // The last brace: without it the text is no template, with it the value is missing.
      const ms = await toldAfter(page, () => page.keyboard.press(key % 2 === 0 ? 'Backspace' : '}'))
      if (ms !== null) told.push(ms)
    }
  }
  if (told.length < rounds * KEYS_IN_ROUND * 0.9) {
    throw new Error(`only ${told.length} keys changed the list of problems`)
  }
  return told
}

async function toldAfter(page: Page, press: () => Promise<void>): Promise<number | null> {
  await page.evaluate((limit) => {
    const world = globalThis as unknown as World
    const { document, performance } = world
    const list = document.querySelector('.problem-row')?.closest('section')
    world.benchTold = new Promise((resolve) => {
      let since = performance.now()
      document.addEventListener('input', ({ timeStamp }) => (since = timeStamp), {
        capture: true,
        once: true,
      })
      const observer = new world.MutationObserver(() => {
        observer.disconnect()
        world.requestAnimationFrame(() =>
          world.setTimeout(() => resolve(performance.now() - since)),
        )
      })
      observer.observe(list, { childList: true, characterData: true, subtree: true })
      world.setTimeout(() => resolve(null), limit)
    })
  }, LIMIT_MS)
  await press()
  const told = await page.evaluate(() => (globalThis as unknown as World).benchTold)
  await sleep(120)
  return told
}
