// A person at the built web app in a real Chromium: what goes wrong on the page is kept, and axe looks at it.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'

const AXE = join(import.meta.dirname, '..', '..', 'node_modules', 'axe-core', 'axe.min.js')

export interface Look {
  theme: 'light' | 'dark'
  language?: 'pt-BR' | 'en-US'
  size?: { width: number; height: number }
}

export interface Visit {
  page: Page
  /** Errors in the console, exceptions, requests that leave this machine. */
  problems: string[]
  close(): Promise<void>
}

export async function openVisit(browser: Browser, baseUrl: string, look: Look): Promise<Visit> {
  const context = await browser.newContext({
    locale: look.language ?? 'pt-BR',
    colorScheme: look.theme,
    reducedMotion: 'reduce',
    viewport: look.size ?? { width: 1440, height: 900 },
  })
  const page = await context.newPage()
  const problems: string[] = []
  // Of every page that this person opens.
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  context.on('weberror', (error) => problems.push(String(error.error())))
  context.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(baseUrl).host) problems.push(request.url())
  })
  return { page, problems, close: () => context.close() }
}

interface Violation {
  id: string
  nodes: { html: string }[]
}

/** What axe has against the page as it is now. */
export async function axeOn(page: Page): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  if (!isThere) await page.evaluate(await readFile(AXE, 'utf8'))
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> }
    }
    // What passes is not told in full, which is most of the work.
    const result = await axe.run({ resultTypes: ['violations'] })
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
  })
}
