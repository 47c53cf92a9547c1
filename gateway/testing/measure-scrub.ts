// How fluid the debugger of one contact stays while its slider is drawn over thousands of Steps: the frames that the page
// shows meanwhile, beside those that it shows at rest.

import type { Page } from 'playwright-core'

export interface Frames {
  count: number
  /** Milliseconds between two frames. */
  p50: number
  p95: number
  longest: number
}

export interface ScrubFigures {
  steps: number
  idle: Frames
  scrub: Frames
  /** Share of frames, 0 to 1, that took longer than one and a half of an idle one; at rest, and while the slider is drawn. */
  lateAtRest: number
  late: number
  /** Milliseconds that the page works for one place of the slider, styles and layout included. */
  work: { p50: number; p95: number }
}

/**
 * Draws the slider from its end to its beginning and back, one place for each frame.
 * @param page the page of a contact, loaded
 * @param places how many places are passed in all
 */
export async function measureScrub(page: Page, places = 360): Promise<ScrubFigures> {
  await page.locator('.scrub-range').waitFor()
  const { steps, rest, drawn, work } = await page.evaluate(draw, places)
  const idle = framesOf(rest)
  const limit = idle.p50 * 1.5
  const lateIn = (gaps: number[]): number =>
    gaps.filter((gap) => gap > limit).length / Math.max(1, gaps.length)
  return {
    steps,
    idle,
    scrub: framesOf(drawn),
    lateAtRest: lateIn(rest),
    late: lateIn(drawn),
    work: { p50: at(work, 0.5), p95: at(work, 0.95) },
  }
}

interface Slider {
  value: string
  max: string
  dispatchEvent(event: object): void
}
interface View {
  document: { querySelector(selector: string): Slider; body: { offsetHeight: number } }
  requestAnimationFrame(then: (at: number) => void): number
  Event: new (type: string, init: { bubbles: boolean }) => object
}

/** Runs in the page. A place is told as the pointer tells it, and what follows is waited for before the next one. */
async function draw(places: number) {
  const view = globalThis as unknown as View
  const slider = view.document.querySelector('.scrub-range')
  const last = Number(slider.max)
  const frame = () => new Promise<number>((resolve) => view.requestAnimationFrame(resolve))
  const gapsOf = (times: number[]) => times.slice(1).map((time, n) => time - (times[n] ?? time))
  const rest: number[] = []
  for (let n = 0; n < 120; n += 1) rest.push(await frame())
  const drawn: number[] = []
  const work: number[] = []
  for (let n = 0; n < places; n += 1) {
    drawn.push(await frame())
    const way = Math.abs(1 - (2 * n) / (places - 1))
    const start = performance.now()
    slider.value = String(Math.max(1, Math.round(1 + way * (last - 2))))
    slider.dispatchEvent(new view.Event('input', { bubbles: true }))
    // The page answers in a microtask of its own.
    await Promise.resolve().then(() => undefined)
    void view.document.body.offsetHeight
    work.push(performance.now() - start)
  }
  drawn.push(await frame())
  return { steps: last - 1, rest: gapsOf(rest), drawn: gapsOf(drawn), work }
}

function framesOf(gaps: number[]): Frames {
  return { count: gaps.length, p50: at(gaps, 0.5), p95: at(gaps, 0.95), longest: at(gaps, 1) }
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return Math.round(value * 100) / 100
}
