// Hands of a person who draws with the pointer.

import type { Page } from 'playwright-core'

interface Point {
  x: number
  y: number
}

const state = (id: string): string => `[data-node="${id}"]`

/** Takes hold of something and lets go of it on something else, or at a place. */
export async function drag(page: Page, from: string, to: string | Point): Promise<void> {
  const start = await cornerOf(page, from)
  const end = typeof to === 'string' ? shifted(await cornerOf(page, to), { x: 24, y: 14 }) : to
  await page.mouse.move(start.x + 20, start.y + 12)
  await page.mouse.down()
  await page.mouse.move(start.x + 32, start.y + 24, { steps: 3 })
  await page.mouse.move(end.x, end.y, { steps: 8 })
  await page.mouse.up()
}

export const dragState = (page: Page, id: string, to: string | Point): Promise<void> =>
  drag(page, state(id), to)

/** Chooses with a rectangle around these states. */
export async function drawAround(page: Page, ids: readonly string[]): Promise<void> {
  const boxes = await Promise.all(ids.map((id) => boxOf(page, state(id))))
  const left = Math.min(...boxes.map(({ x }) => x)) - 10
  const top = Math.min(...boxes.map(({ y }) => y)) - 10
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + 10
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + 10
  await page.keyboard.down('Shift')
  await page.mouse.move(left, top)
  await page.mouse.down()
  await page.mouse.move(left + 30, top + 30, { steps: 3 })
  await page.mouse.move(right, bottom, { steps: 6 })
  await page.mouse.up()
  await page.keyboard.up('Shift')
}

/** Puts a kind from the palette somewhere on the drawing. */
export async function place(page: Page, kind: string, at: Point): Promise<void> {
  const pane = page.locator('.vue-flow__pane')
  const { x, y } = await cornerOf(page, '.vue-flow__pane')
  await page.locator(`[data-kind="${kind}"]`).dragTo(pane, {
    targetPosition: { x: at.x - x, y: at.y - y },
  })
}

/** Half way between two states that lie below each other. */
export async function between(page: Page, upper: string, lower: string): Promise<Point> {
  const [above, below] = [await boxOf(page, state(upper)), await boxOf(page, state(lower))]
  return { x: above.x + above.width / 2, y: (above.y + above.height + below.y) / 2 }
}

/** Beside a state, by so many pixels. */
export async function besideOf(page: Page, id: string, by: number): Promise<Point> {
  const { x, y, width } = await boxOf(page, state(id))
  return { x: x + width + by, y }
}

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox()
  if (!box) throw new Error(`nothing is drawn at ${selector}`)
  return box
}

const cornerOf = async (page: Page, selector: string): Promise<Point> => boxOf(page, selector)
const shifted = (point: Point, by: Point): Point => ({ x: point.x + by.x, y: point.y + by.y })
