// How many frames a drawing of 500 states drops while it is moved, beside the empty canvas of the same library: both are
// moved by the same hand, in turn, round after round.

import type { Page } from 'playwright-core'
import { type Figure, figureOf } from './figures.ts'
import { droppedOf, framesDuring } from './frames.ts'
import { type Hand, handOn, type Point } from './hand.ts'
import { largeWorkflow } from './large-workflow.ts'
import type { Stage } from './stage.ts'

const STATES = 500
const STEPS = 90
const FRAMED = '.vue-flow'
/** Fits the whole drawing into sight. */
const FIT = '0'

export interface WebPlan {
  rounds: number
  onRound: (text: string) => void
}

interface Contender {
  page: Page
  hand: Hand
  /** Ground of the canvas, where nothing else takes the hand. */
  at: Point
}

type Move = (one: Contender) => Promise<void>

const MOVES: Record<string, Move> = {
  'pan near': ({ hand, at }) => hand.pan(at, STEPS),
  'drag near': ({ hand, at }) => hand.drag(at, STEPS),
  zoom: ({ hand, at }) => hand.zoom(at, STEPS),
  'pan far': ({ hand, at }) => hand.pan(at, STEPS),
}

export async function measureCanvas(stage: Stage, plan: WebPlan): Promise<Figure[]> {
  const id = 'wf_bench_canvas'
  await stage.put(largeWorkflow(id, STATES))
  const ours = await openOurs(stage, id)
  const empty = await openEmpty(stage, ours)
  const figures: Figure[] = []
  for (const [name, move] of Object.entries(MOVES)) {
    if (name === 'pan far') await goFar(ours, empty)
    figures.push(...(await compare(name, move, { ours, empty, plan })))
  }
  await ours.page.context().close()
  await empty.page.context().close()
  return figures
}

interface Pair {
  ours: Contender
  empty: Contender
  plan: WebPlan
}

/** The first round warms up and does not count. */
async function compare(name: string, move: Move, { ours, empty, plan }: Pair): Promise<Figure[]> {
  const dropped = { ours: [] as number[], empty: [] as number[] }
  for (let round = 0; round <= plan.rounds; round += 1) {
    for (const [who, one] of [
      ['empty', empty],
      ['ours', ours],
    ] as const) {
      await one.page.bringToFront()
      const frames = await framesDuring(one.page, () => move(one))
      if (round > 0) dropped[who].push(droppedOf(frames))
    }
  }
  const beyond = dropped.ours.map((percent, round) => percent - (dropped.empty[round] ?? NaN))
  plan.onRound(`canvas, ${name}: ${list(dropped.ours)} % dropped, empty ${list(dropped.empty)} %`)
  return [
    figureOf('canvas', `${name}, ${STATES} states`, '% of frames dropped', dropped.ours),
    figureOf('canvas', `${name}, empty`, '% of frames dropped', dropped.empty),
    figureOf('canvas', `${name}, beyond empty`, '% of frames', beyond),
  ]
}

const list = (values: readonly number[]): string => values.map((one) => one.toFixed(1)).join(' ')

async function openOurs(stage: Stage, id: string): Promise<Contender> {
  const page = await stage.open(`/workflows/${id}/edit`)
  await page.locator('[data-node="$trigger"]').waitFor()
  return { page, hand: await handOn(page), at: await groundOf(page) }
}

/** The library's canvas as large as ours and at the same place. */
async function openEmpty(stage: Stage, ours: Contender): Promise<Contender> {
  const { x, y, width, height } = await boxOf(ours.page)
  const context = await stage.browser.newContext({ viewport: ours.page.viewportSize() })
  const page = await context.newPage()
  await page.goto(`${stage.bareUrl}/#${[x, y, width, height].join()}`)
  await page.locator('.vue-flow__pane').waitFor()
  return { page, hand: await handOn(page), at: ours.at }
}

async function goFar(ours: Contender, empty: Contender): Promise<void> {
  await ours.page.mouse.click(ours.at.x, ours.at.y)
  await ours.page.keyboard.press(FIT)
  await empty.hand.zoom(empty.at, 2)
}

async function boxOf(page: Page) {
  const box = await page.locator(FRAMED).boundingBox()
  if (!box) throw new Error('there is no canvas on the page')
  return box
}

interface World {
  document: {
    elementFromPoint(x: number, y: number): { matches(selector: string): boolean } | null
  }
}

/** A place of the canvas with nothing drawn on it, as near to its middle as there is one. */
async function groundOf(page: Page): Promise<Point> {
  const { x, y, width, height } = await boxOf(page)
  const middle = { x: x + width / 2, y: y + height / 2 }
  const places = Array.from({ length: 24 * 24 }, (_, index) => ({
    x: x + (width * ((index % 24) + 0.5)) / 24,
    y: y + (height * (Math.floor(index / 24) + 0.5)) / 24,
  })).toSorted((a, b) => away(a, middle) - away(b, middle))
  const free = await page.evaluate((points) => {
    const { document } = globalThis as unknown as World
    return points.find((point) =>
      document.elementFromPoint(point.x, point.y)?.matches('.vue-flow__pane'),
    )
  }, places)
  if (!free) throw new Error('the whole canvas is drawn upon')
  return free
}

const away = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
