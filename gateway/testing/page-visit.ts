// Brings a state of a page about in a real Chromium, and keeps what goes wrong on it. One visitor per company and language
// stays signed in; what is looked at is reached inside the app where that can be.

import type { Browser, BrowserContext, Page, Route } from 'playwright-core'
import { type Entry, type Language, pathOf, SIZES, type Stage, type Theme } from './pages/entry.ts'
import type { World } from './pages/world-face.ts'

/** Nothing is kept of a page after this one. */
const NOWHERE = '/no-such-page'
const PATIENCE = 15_000

interface Visitor {
  context: BrowserContext
  page: Page
  problems: string[]
  /** What the page remembers would show in the next state: it has to be loaded again. */
  isStale: boolean
}

export interface Shown extends Stage {
  /** Errors in the console, exceptions, requests that leave this machine. */
  problems: () => string[]
  leave: () => Promise<void>
}

export type Show = (entry: Entry, theme: Theme) => Promise<Shown>

/** @returns what shows an entry; every visitor speaks this language */
export function createShow(browser: Browser, world: World, language: Language): Show {
  const visitors = new Map<Entry['who'], Promise<Visitor>>()
  const visitorOf = (who: Entry['who'] = 'demo'): Promise<Visitor> => {
    const known = visitors.get(who) ?? openVisitor(browser, world, { language, who })
    visitors.set(who, known)
    return known
  }
  return async (entry, theme) => {
    const visitor = await visitorOf(entry.who)
    const { page } = visitor
    const say = (portuguese: string, english: string) =>
      language === 'pt-BR' ? portuguese : english
    const stage = { page, world, say }
    const release = await prepare(visitor, entry, world.line.demo.baseUrl)
    await page.setViewportSize(SIZES[entry.size ?? 'desk'])
    await page.emulateMedia({ colorScheme: theme })
    visitor.problems.length = 0
    await go(visitor, `${world.line.demo.baseUrl}${pathOf(entry, world)}`, entry.route)
    const leave = async () => {
      await entry.leave?.(stage)
      await release()
      // Who is not signed in is led away from there.
      if (entry.who === 'nobody') visitor.isStale = true
      await go(visitor, `${world.line.demo.baseUrl}${NOWHERE}`)
    }
    try {
      await entry.reach?.(stage)
      await page.locator(entry.sign).first().waitFor()
      // What the pointer happens to lie on looks otherwise.
      await page.mouse.move(0, 0)
      await settle(page, entry.held !== undefined)
    } catch (error) {
      const told = visitor.problems.join('\n')
      await leave()
      throw new Error(`${String(error)}\n${told}`, { cause: error })
    }
    const isMeant = (problem: string) => entry.excuses?.test(problem) ?? false
    return { ...stage, leave, problems: () => visitor.problems.filter((each) => !isMeant(each)) }
  }
}

interface Who {
  language: Language
  who: Entry['who']
}

async function openVisitor(
  browser: Browser,
  world: World,
  { language, who }: Who,
): Promise<Visitor> {
  const { baseUrl, email, password } = world.line.demo
  const context = await browser.newContext({ locale: language, reducedMotion: 'reduce' })
  context.setDefaultTimeout(PATIENCE)
  if (who !== 'nobody') {
    const data = { email: who === 'empty' ? await world.emptyTenant() : email, password }
    const answer = await context.request.post(`${baseUrl}/api/session`, { data })
    if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}`)
  }
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(baseUrl).host) problems.push(request.url())
  })
  return { context, page, problems, isStale: true }
}

const AT_ONCE = ['/api/live/ticket', '/api/sandbox']

/** Holds or cuts off calls; the answer lets them go. */
async function prepare(
  visitor: Visitor,
  { held, cut }: Entry,
  origin: string,
): Promise<() => Promise<void>> {
  const api = held ?? cut
  if (!api) return async () => undefined
  const { page } = visitor
  const waiting: Route[] = []
  // Nothing comes out of the browser's cache any more: the app is loaded beforehand, but for what it asks for at once.
  const isWhole = AT_ONCE.some((path) => api.test(path))
  if (!isWhole) {
    await page.goto(new URL(NOWHERE, origin).href)
    await page.locator('[data-nowhere]').waitFor()
  }
  await page.route(
    ({ pathname }) => api.test(pathname),
    (route) => (held ? void waiting.push(route) : route.abort()),
  )
  visitor.isStale = isWhole
  return async () => {
    await page.goto('about:blank')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    visitor.isStale = true
  }
}

interface AppWindow {
  history: { pushState(state: null, title: string, url: string): void }
  dispatchEvent(event: object): void
  PopStateEvent: new (type: string, init: { state: null }) => object
}

async function go(
  visitor: Visitor,
  url: string,
  route: Entry['route'] = 'not-found',
): Promise<void> {
  const { page } = visitor
  if (visitor.isStale) {
    if (url.endsWith(NOWHERE)) return
    await page.goto(url)
    visitor.isStale = false
    return
  }
  await page.evaluate((to) => {
    const view = globalThis as unknown as AppWindow
    view.history.pushState(null, '', to)
    view.dispatchEvent(new view.PopStateEvent('popstate', { state: null }))
  }, url)
  const nowhere = page.locator('[data-nowhere]')
  await nowhere.first().waitFor({ state: route === 'not-found' ? 'visible' : 'detached' })
}

interface Drawn {
  document: {
    fonts: { status: string }
    querySelector(selector: string): unknown
  }
}

/** Fonts are there, nothing is still loading, and no toast lies over the page. */
async function settle(page: Page, isLoading: boolean): Promise<void> {
  const busy = `li[data-state=open]${isLoading ? '' : ', .animate-pulse, .animate-spin, [aria-busy=true]'}`
  await page.waitForFunction((selector) => {
    const { document } = globalThis as unknown as Drawn
    return document.fonts.status === 'loaded' && document.querySelector(selector) === null
  }, busy)
}
