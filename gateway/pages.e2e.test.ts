// Every page in its main states, in both languages and both themes: axe has nothing against it, the console stays quiet, no
// request leaves this machine. FLUXO_LOOKS=all looks at each state in all four looks; else they take turns, and what all lists
// share while they load or cannot is looked at on one page. FLUXO_PICTURES names a folder that gets the pictures of docs/screenshots.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#runtime/testing/browser.ts'
import { CATALOGUE } from './testing/page-catalogue.ts'
import { createShow, type Show } from './testing/page-visit.ts'
import { type Entry, LANGUAGES, nameOf, type Theme, THEMES } from './testing/pages/entry.ts'
import { picturesOf, takePicture, writeList } from './testing/pages/pictures.ts'
import type { World } from './testing/pages/world-face.ts'
import { startWorld } from './testing/pages/world.ts'
import { axeOn } from './testing/visit.ts'

const WEB = join(import.meta.dirname, '..', 'web')
const WEB_DIST = process.env['WEB_DIST'] ?? join(WEB, 'dist')
const PICTURES = process.env['FLUXO_PICTURES']
const ALL = process.env['FLUXO_LOOKS'] === 'all'

it('has an entry for every route, and each name once', async () => {
  const routes = await readFile(join(WEB, 'routes.ts'), 'utf8')
  const named = [...routes.matchAll(/name: '([^']+)'/g)].map(([, name]) => name ?? '')
  const paths =
    [...routes.matchAll(/path: '/g)].length - [...routes.matchAll(/redirect: '/g)].length
  expect(named).toHaveLength(paths)
  const listed = new Set(CATALOGUE.map(({ route }) => route).filter((route) => route !== null))
  expect([...listed].toSorted()).toEqual(named.toSorted())
  expect(new Set(CATALOGUE.map(nameOf)).size).toBe(CATALOGUE.length)
})

const browser = await launchBrowser()

describe.runIf(browser !== null)('the pages', () => {
  let world: World
  const shows = new Map<string, Show>()
  beforeAll(async () => {
    world = await startWorld(WEB_DIST)
    for (const language of LANGUAGES) shows.set(language, createShow(browser!, world, language))
  })
  afterAll(async () => {
    if (PICTURES !== undefined) await writeList(PICTURES, CATALOGUE)
    await browser?.close()
    await world.close()
  })

  // A second company closes the sandbox, so those without data come last.
  const places = CATALOGUE.map((entry, turn) => ({ entry, turn }))
  const wanted = ALL || PICTURES !== undefined ? places : places.filter(isOfItsOwn)
  const rounds = [
    wanted.filter(({ entry }) => entry.who !== 'empty'),
    wanted.filter(({ entry }) => entry.who === 'empty'),
  ]
  const cases = rounds.flatMap((round) =>
    LANGUAGES.flatMap((language, index) =>
      round.flatMap(({ entry, turn }) => {
        const themes =
          PICTURES === undefined
            ? THEMES.filter((_, at) => ALL || turn % 4 === index * 2 + at)
            : picturesOf(entry, language)
        return themes.length === 0 ? [] : [{ name: nameOf(entry), language, themes, entry }]
      }),
    ),
  )

  it.each(cases)('$name in $language, $themes', async ({ entry, language, themes }) => {
    const [first, ...others] = themes as [Theme, ...Theme[]]
    const shown = await shows.get(language)!(entry, first)
    try {
      for (const theme of [first, ...others]) {
        await shown.page.emulateMedia({ colorScheme: theme })
        if (entry.route !== null) await wearing(shown.page, theme)
        if (PICTURES === undefined) await judge(entry, shown.page)
        else await takePicture(shown.page, entry, { folder: PICTURES, language, theme })
      }
      expect(shown.problems()).toEqual([])
    } finally {
      await shown.leave()
    }
  })
})

/** Waiting and failing are drawn by parts that all pages share. */
const isOfItsOwn = ({ entry: { held, cut, page } }: { entry: Entry }): boolean =>
  (held === undefined && cut === undefined) || page === 'deliveries'

/** The page follows the theme of the system. */
function wearing(page: Page, theme: Theme): Promise<void> {
  const html = page.locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)')
  return html.waitFor({ state: 'attached' })
}

async function judge(entry: Entry, page: Page): Promise<void> {
  const at = nameOf(entry)
  expect({ at, found: await axeOn(page) }).toEqual({ at, found: [] })
}
