// A contact with thousands of Steps in a real Chromium: its slider is drawn over all of them, and the page stays small and
// quick. The figures are taken by `measureScrub`; how many frames are late, the benchmark says.

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { type Line, startLine } from './testing/line.ts'
import { makeLongStory } from './testing/long-story.ts'
import { measureScrub } from './testing/measure-scrub.ts'
import { openSigned } from './testing/signed-visit.ts'

const WEB_DIST = process.env['WEB_DIST'] ?? join(import.meta.dirname, '..', 'web', 'dist')
const STEPS = 5_000
/** Of work for one place of the slider; a frame of 60 a second is no longer. */
const FRAME_MS = 16

const browser = await launchBrowser()

describe.runIf(browser !== null)('a contact with thousands of Steps', () => {
  let line: Line
  let id: string
  beforeAll(async () => {
    line = await startLine({ webDist: WEB_DIST })
    id = await makeLongStory(line, STEPS)
  })
  afterAll(async () => {
    await browser?.close()
    await line.close()
  })

  it('shows any of them, draws few of them, and works less than a frame for each place of its slider', async () => {
    const visit = await openSigned(browser!, line, { path: `/contacts/${id}`, theme: 'light' })
    const { page } = visit
    const slider = page.locator('.scrub-range')
    await page.locator('.step-button').first().waitFor()
    const figures = await measureScrub(page)
    console.log(figures)
    expect(figures.steps).toBeGreaterThanOrEqual(STEPS)
    expect(figures.work.p50).toBeLessThan(FRAME_MS)
    expect(await page.locator('.step-row').count()).toBeLessThan(60)
    // An even Step tells of an order, an odd one of its delivery.
    for (const [place, event, state] of [
      [2_500, 'order.placed', 'entrega'],
      [101, 'order.delivered', 'pedido'],
      [4_000, 'order.placed', 'entrega'],
    ] as const) {
      await slider.fill(String(place))
      await page.locator('.step-row.chosen', { hasText: event }).waitFor()
      await page.locator(`[data-node="${state}"].lit`).waitFor()
      await page.locator('.contact-facts[aria-busy="false"]', { hasText: event }).waitFor()
    }
    await page.waitForURL((url) => url.searchParams.get('seq') === '4000')
    expect(visit.problems).toEqual([])
    await visit.close()
  })
})
