// How much script comes over the line: for the first page, and for the builder beyond it. Once by the built files, as they
// are served, and once by what a browser takes.

import type { Page } from 'playwright-core'
import { type Load, loadsOf } from '../../web/load-size.ts'
import type { WebPlan } from './canvas.ts'
import { type Figure, figureOf } from './figures.ts'
import type { Stage } from './stage.ts'

const KB = 1000

export async function measureSizes(stage: Stage, { onRound }: WebPlan): Promise<Figure[]> {
  const { first, builder } = loadsOf(stage.webDist)
  const taken = await takenByBrowser(stage)
  onRound(
    `sizes: first load ${kilo(first.brotli)} kB brotli, ${kilo(first.gzip)} kB gzip, taken ${kilo(taken)} kB; ` +
      `builder beyond it ${kilo(builder.brotli)} kB brotli, ${kilo(builder.gzip)} kB gzip`,
  )
  return [
    ...sizesOf('first load', first),
    figureOf('sizes', 'first load, taken by a browser', 'kB', [taken / KB]),
    ...sizesOf('builder beyond it', builder),
  ]
}

const kilo = (bytes: number): string => (bytes / KB).toFixed(0)

const sizesOf = (what: string, { brotli, gzip }: Load): Figure[] => [
  figureOf('sizes', `${what}, brotli`, 'kB', [brotli / KB]),
  figureOf('sizes', `${what}, gzip`, 'kB', [gzip / KB]),
]

/** Bytes of script, with their headers, until the list of workflows is there. */
async function takenByBrowser(stage: Stage): Promise<number> {
  const context = await stage.browser.newContext({ locale: 'pt-BR' })
  const page = await context.newPage()
  const scripts = await watchScripts(page)
  await page.goto(`${stage.url}/workflows`)
  await page.locator('input[type=password]').waitFor()
  await page.waitForLoadState('networkidle')
  await context.close()
  return scripts()
}

async function watchScripts(page: Page): Promise<() => number> {
  const cdp = await page.context().newCDPSession(page)
  const scripts = new Set<string>()
  let bytes = 0
  cdp.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength
  })
  await cdp.send('Network.enable')
  return () => bytes
}
