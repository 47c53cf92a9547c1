// A person of the demo company, signed in, at one address of the built web app.

import type { Browser, Page } from 'playwright-core'
import type { Line } from './line.ts'
import { type Look, openVisit, type Visit } from './visit.ts'

export type Signed = Visit & {
  /** Opens another address of the app. */
  go: (path: string) => Promise<void>
}

/** Beyond it the page is not slow, it is wrong. */
const PATIENCE = 20_000

export async function openSigned(
  browser: Browser,
  line: Line,
  { path, ...look }: Look & { path: string },
): Promise<Signed> {
  const { baseUrl, email, password } = line.demo
  const visit = await openVisit(browser, baseUrl, look)
  visit.page.setDefaultTimeout(PATIENCE)
  const data = { email, password }
  const answer = await visit.page.context().request.post(`${baseUrl}/api/session`, { data })
  if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}`)
  const go = async (to: string) => void (await visit.page.goto(`${baseUrl}${to}`))
  await go(path)
  return { ...visit, go }
}

/** A toast lies over the page, and brings helpers for the focus until it is gone whole, which axe takes for a fault. */
export async function noToast(page: Page): Promise<void> {
  await page.waitForFunction((selector) => {
    const { document } = globalThis as unknown as {
      document: { querySelector(selector: string): unknown }
    }
    return document.querySelector(selector) === null
  }, 'li[data-state=open], span[aria-hidden][tabindex="0"]:not([data-reka-focus-guard])')
}

/** What a sentence says, its spaces as a person types them. */
export const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f\s]+/g, ' ').trim()
