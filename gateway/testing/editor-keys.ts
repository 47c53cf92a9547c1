// Hands of a person who draws with the keyboard alone.

import type { Page } from 'playwright-core'

interface Focused {
  document: {
    activeElement: {
      matches(selector: string): boolean
      getAttribute(name: string): string | null
      textContent: string
      labels?: Iterable<{ textContent: string }>
    } | null
  }
}

/** Tab until something fits; nobody should have to press it more often than this. */
async function tabUntil(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let left = 60; left > 0; left -= 1) {
    if (await isThere()) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab does not lead there')
}

export const tabTo = (page: Page, selector: string): Promise<void> =>
  tabUntil(page, () => isFocused(page, selector))

export const isFocused = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((wanted) => {
    const { document } = globalThis as unknown as Focused
    return document.activeElement?.matches(wanted) ?? false
  }, selector)

/** The name that a screen reader would say of a field. */
const focusedName = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = (globalThis as unknown as Focused).document
    const [label] = activeElement?.labels ?? []
    return activeElement?.getAttribute('aria-label') ?? label?.textContent.trim() ?? ''
  })

const focusedText = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = (globalThis as unknown as Focused).document
    return activeElement?.textContent.trim() ?? ''
  })

/** Inserts after the state in focus, by its only way or by the one that is named, and waits for the new state. */
export async function insert(page: Page, kind: string, id: string, way?: string): Promise<void> {
  await page.keyboard.press('a')
  await page.locator('.type-ahead input:focus').waitFor()
  if (way !== undefined) {
    await page.keyboard.press('Shift+Tab')
    await page.locator('.type-ahead select:focus').waitFor()
    await page.keyboard.type(way)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.type(kind)
  await page.keyboard.press('Enter')
  await page.locator(`[data-node="${id}"]:focus`).waitFor()
}

export async function goTo(page: Page, title: string, id: string): Promise<void> {
  await page.keyboard.press('Control+f')
  await page.locator('.type-ahead input:focus').waitFor()
  await page.keyboard.type(title)
  await page.keyboard.press('Enter')
  await page.locator(`[data-node="${id}"]:focus`).waitFor()
}

/** Connects the main way out of a state; `target` as a person would type it. */
export async function connect(page: Page, id: string, target: string): Promise<void> {
  await choose(page, id)
  await page.keyboard.press('c')
  await page.locator('.type-ahead input:focus').waitFor()
  await page.keyboard.type(target)
  await page.keyboard.press('Enter')
  await page.locator(`[data-node="${id}"]:focus`).waitFor()
}

export async function choose(page: Page, id: string): Promise<void> {
  await page.locator(`[data-node="${id}"]`).click()
  await page.locator(`[data-node="${id}"]:focus`).waitFor()
}

/** Opens the fields of the state in focus, writes one of them over, and comes back to the drawing. */
export async function write(page: Page, label: string, text: string): Promise<void> {
  await goToField(page, label)
  await page.keyboard.press('Control+a')
  if (text === '') await page.keyboard.press('Delete')
  else await page.keyboard.insertText(text)
  if (await isFocused(page, '[role=combobox]')) await page.keyboard.press('Enter')
  await toBoard(page)
}

/** Opens the fields of the state in focus and goes to one of them. */
export async function goToField(page: Page, label: string): Promise<void> {
  await page.keyboard.press('Enter')
  await page.locator('.form-body :focus').waitFor()
  await tabUntil(page, async () => (await focusedName(page)).startsWith(label))
}

/** The whole state as JSON, where there may be any number of fields. */
export async function writeJson(
  page: Page,
  fields: { type: string; [field: string]: unknown },
): Promise<void> {
  await page.keyboard.press('Enter')
  await page.locator('.form-body :focus').waitFor()
  const isJson = async () => (await focusedText(page)) === 'Tudo em JSON'
  await tabUntil(page, isJson)
  await page.keyboard.press('Enter')
  await tabTo(page, 'textarea')
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(JSON.stringify(fields))
  await toBoard(page)
}

/** Escape closes what a field suggests, and once more leaves the fields. */
export async function toBoard(page: Page): Promise<void> {
  for (let left = 3; left > 0; left -= 1) {
    await page.keyboard.press('Escape')
    if (await isFocused(page, '[data-node]')) return
  }
  await page.locator('[data-node]:focus').waitFor()
}

export async function retype(page: Page, id: string, label: string, text: string): Promise<void> {
  await choose(page, id)
  await write(page, label, text)
}
