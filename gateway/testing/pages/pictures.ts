// The pictures of the pages: which there are, how they are called, and the list of them.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { smallPng } from './small-png.ts'
import { type Entry, type Language, nameOf, type Theme, THEMES } from './entry.ts'

/** Themes in which an entry's picture is taken in a language. */
export function picturesOf(entry: Entry, language: Language): readonly Theme[] {
  if (language === 'en-US') return isToldInEnglish(entry) ? ['light'] : []
  return entry.isMain ? THEMES : ['light']
}

/** The page as one first sees it. */
const isToldInEnglish = ({ isMain, state }: Entry) => isMain === true && state === 'full'

interface Look {
  folder: string
  language: Language
  theme: Theme
}

function fileOf(entry: Entry, { language, theme }: Pick<Look, 'language' | 'theme'>): string {
  const dark = theme === 'dark' ? '-dark' : ''
  const english = language === 'en-US' ? '-en' : ''
  return `${nameOf(entry)}${dark}${english}.png`
}

export async function takePicture(page: Page, entry: Entry, look: Look): Promise<void> {
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  await writeFile(join(look.folder, fileOf(entry, look)), smallPng(picture))
}

const HEAD = `# Pictures

Every page in its main states, with made-up data: 1440 × 900, those of a phone 390 × 844. \`npm run screenshots\` takes them
anew from \`gateway/testing/page-catalogue.ts\`; \`gateway/pages.e2e.test.ts\` checks the same states.
`

/** Writes the list, one line for each state. */
export async function writeList(folder: string, entries: readonly Entry[]): Promise<void> {
  const pages = Map.groupBy(entries, ({ page }) => page)
  const lines = [...pages].flatMap(([page, states]) => [
    '',
    `## ${page}`,
    '',
    ...states.map(lineOf),
  ])
  await writeFile(join(folder, 'README.md'), [HEAD.trimEnd(), ...lines, ''].join('\n'))
}

function lineOf(entry: Entry): string {
  const light = { language: 'pt-BR', theme: 'light' } as const
  const others = [
    ...(entry.isMain ? [`[dark](${fileOf(entry, { ...light, theme: 'dark' })})`] : []),
    ...(isToldInEnglish(entry)
      ? [`[English](${fileOf(entry, { ...light, language: 'en-US' })})`]
      : []),
  ]
  const more = others.length > 0 ? ` (${others.join(', ')})` : ''
  return `- [${entry.state}](${fileOf(entry, light)})${more}: ${entry.says}`
}
