// One state of one page, as the catalogue lists it: how one gets there, and how one knows.

import type { Page } from 'playwright-core'
import type { World } from './world-face.ts'

export type Language = 'pt-BR' | 'en-US'
export type Theme = 'light' | 'dark'
export const LANGUAGES: readonly Language[] = ['pt-BR', 'en-US']
export const THEMES: readonly Theme[] = ['light', 'dark']

export const SIZES = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
}

/** Whoever looks at an entry, and what with. */
export interface Stage {
  page: Page
  world: World
  /** The words as the page says them in the language that is looked at. */
  say: (portuguese: string, english: string) => string
}

export interface Entry {
  page: string
  state: string
  /** What one sees, for the list of the pictures. */
  says: string
  /** Name of a route in web/routes.ts; null for what the gateway serves itself. */
  route: string | null
  /** Demo: the company of the demonstration; empty: one without any data; nobody: not signed in. */
  who?: 'demo' | 'empty' | 'nobody'
  path: string | ((world: World) => string)
  /** Calls that are left without an answer, or are cut off, while one looks. */
  held?: RegExp
  cut?: RegExp
  /** What one does there before it looks so. */
  reach?: (stage: Stage) => Promise<unknown>
  /** CSS of something that only this state has. */
  sign: string
  size?: keyof typeof SIZES
  /** Pictured in dark too, and in English where one first sees the page; else in light Portuguese only. */
  isMain?: boolean
  /** Lines that the state itself makes the browser write into its console. */
  excuses?: RegExp
  /** Takes back what `reach` did to others. */
  leave?: (stage: Stage) => Promise<unknown>
}

export const nameOf = (entry: Entry): string => `${entry.page}-${entry.state}`

export function pathOf(entry: Entry, world: World): string {
  return typeof entry.path === 'string' ? entry.path : entry.path(world)
}

/** Skeleton while the answer is under way, and what is said when it does not come. */
export function waits(entry: Omit<Entry, 'state' | 'says' | 'sign'>, api: RegExp): Entry[] {
  return [
    {
      ...entry,
      state: 'loading',
      says: 'the answer is on its way',
      held: api,
      sign: '[role=status] .animate-pulse',
    },
    {
      ...entry,
      state: 'error',
      says: 'the server does not answer',
      cut: api,
      sign: '[role=alert] button',
      excuses: /ERR_FAILED/,
    },
  ]
}

/** Presses what has this name. */
export function press(
  portuguese: string,
  english: string,
  role: 'button' | 'tab' | 'menuitem' = 'button',
) {
  return ({ page, say }: Stage): Promise<void> =>
    page
      .getByRole(role, { name: say(portuguese, english), exact: true })
      .first()
      .click()
}

/** One after the other. */
export function inOrder(...steps: ((stage: Stage) => Promise<unknown>)[]) {
  return async (stage: Stage): Promise<void> => {
    for (const step of steps) await step(stage)
  }
}
