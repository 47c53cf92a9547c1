// How long a key takes until it is seen, and how evenly a state follows the hand that drags it, in drafts of several sizes.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { percentileOf } from '../lib/stats.ts'
import type { WebPlan } from './canvas.ts'
import { type Figure, figureOf } from './figures.ts'
import { droppedOf, framesDuring } from './frames.ts'
import { handOn } from './hand.ts'
import { largeWorkflow, placedWorkflow, textState } from './large-workflow.ts'
import type { Stage } from './stage.ts'

const SIZES = [60, 200, 500]
const TEXT = ' Tudo bem com você por aí?'
/** As fast as people type. */
const KEY_MS = 90
const DRAG_STEPS = 90

export async function measureEditing(
  stage: Stage,
  { rounds, onRound }: WebPlan,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const states of SIZES) {
    const id = `wf_bench_typing_${states}`
    await stage.put(largeWorkflow(id, states))
    const page = await stage.open(`/workflows/${id}/edit/${textState(states)}`)
    const seen = await type(page, rounds)
    const sorted = seen.toSorted((a, b) => a - b)
    const [middle, high] = [percentileOf(sorted, 50), percentileOf(sorted, 95)]
    onRound(
      `editing, ${states} states: a key is seen after ${middle.toFixed(0)} ms, p95 ${high.toFixed(0)} ms`,
    )
    figures.push(
      figureOf('editing', `key to paint, ${states} states`, 'ms', seen),
      figureOf('editing', `key to paint, ${states} states, p95`, 'ms', [high]),
    )
    await page.context().close()
  }
  for (const placed of [false, true]) figures.push(await drag(stage, placed, { rounds, onRound }))
  return figures
}

async function drag(stage: Stage, placed: boolean, { rounds, onRound }: WebPlan): Promise<Figure> {
  const states = SIZES.at(-1) ?? 0
  const [make, how] = placed ? [placedWorkflow, 'all put by hand'] : [largeWorkflow, 'laid out']
  const id = `wf_bench_drag_${placed ? 'placed' : 'laid'}`
  await stage.put(make(id, states))
  const page = await stage.open(`/workflows/${id}/edit`)
  const state = page.locator('[data-node="s0002"]')
  await state.waitFor()
  const hand = await handOn(page)
  const dropped: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const box = await state.boundingBox()
    if (!box) throw new Error('the state to drag is not there')
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    const frames = await framesDuring(page, () => hand.drag(at, DRAG_STEPS, 120))
    if (round > 0) dropped.push(droppedOf(frames))
    await page.keyboard.press('Control+z')
    await sleep(300)
  }
  onRound(
    `editing, one of ${states} dragged, ${how}: ${dropped.map((one) => one.toFixed(1)).join(' ')} % dropped`,
  )
  await page.context().close()
  return figureOf('editing', `one of ${states} dragged, ${how}`, '% of frames dropped', dropped)
}

interface World {
  benchKeys: number[]
  performance: { now(): number }
  document: {
    addEventListener(
      type: string,
      hear: (event: { timeStamp: number }) => void,
      options: { capture: boolean },
    ): void
  }
  requestAnimationFrame(then: () => void): void
  setTimeout(then: () => void): void
}

/** Milliseconds from each key to the frame in which it is seen. */
async function type(page: Page, rounds: number): Promise<number[]> {
  const field = page.locator('.form-body textarea').first()
  await field.waitFor()
  await field.click()
  await page.keyboard.press('Control+End')
  await sleep(1_000)
  await page.evaluate(() => {
    const world = globalThis as unknown as World
    world.benchKeys = []
    const hear = (event: { timeStamp: number }): void =>
      world.requestAnimationFrame(() =>
        // After the frame that the browser makes now.
        world.setTimeout(() => {
          world.benchKeys.push(world.performance.now() - event.timeStamp)
        }),
      )
    world.document.addEventListener('input', hear, { capture: true })
  })
  for (let round = 0; round < rounds; round += 1) {
    await page.keyboard.type(TEXT, { delay: KEY_MS })
  }
  await sleep(200)
  return page.evaluate(() => (globalThis as unknown as World).benchKeys)
}
