// The list of the workflows, and what begins there.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Entry, inOrder, press, type Stage, waits } from './entry.ts'

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'support-triage.json')
const LIST = { page: 'workflows', route: 'workflows', path: '/workflows' }
const NEW = { page: 'new-workflow', route: 'workflows', path: '/workflows?dialog=new' }

const how = (portuguese: string, english: string) => async (stage: Stage) => {
  const card = stage.page.locator('[role=dialog] label', {
    hasText: stage.say(portuguese, english),
  })
  await card.first().click()
}

async function pasteExample({ page }: Stage): Promise<void> {
  await page.locator('[role=dialog] textarea').fill(await readFile(EXAMPLE, 'utf8'))
}

const openMenu = async ({ page, say }: Stage) => {
  const name = say(
    'Ações de Lead do Instagram até a compra',
    'Actions of Lead do Instagram até a compra',
  )
  await page.getByRole('button', { name }).click()
}

export const WORKFLOWS: Entry[] = [
  {
    ...LIST,
    state: 'full',
    says: 'published ones with their contacts, and drafts',
    sign: '[href="/workflows/wf_lead_compra"]',
    isMain: true,
  },
  ...waits(LIST, /^\/api\/workflows$/),
  { ...LIST, state: 'empty', says: 'nothing made yet', who: 'empty', sign: '[data-empty] button' },
  {
    ...LIST,
    path: '/workflows?q=natal',
    state: 'no-match',
    says: 'a search that finds nothing',
    sign: '[data-empty] button',
  },
  {
    ...LIST,
    path: '/workflows?shelf=archived',
    state: 'archive-empty',
    says: 'nothing put away',
    sign: '[data-empty]',
  },
  {
    ...LIST,
    state: 'menu',
    says: 'what can be done with one',
    reach: openMenu,
    sign: '[role=menu]',
  },
  {
    ...LIST,
    state: 'archive',
    says: 'what putting one away touches, in numbers',
    reach: inOrder(openMenu, press('Arquivar', 'Archive', 'menuitem')),
    sign: '[role=dialog] button[type=submit]',
  },
  {
    ...LIST,
    state: 'duplicate',
    says: 'a copy under another name',
    reach: inOrder(openMenu, press('Duplicar', 'Duplicate', 'menuitem')),
    sign: '[role=dialog] input',
  },
  { ...NEW, state: 'full', says: 'four ways to begin', sign: '[role=dialog] input', isMain: true },
  {
    ...NEW,
    state: 'gallery',
    says: 'examples with their tests',
    reach: how('Da galeria', 'From the gallery'),
    sign: '.gallery-card',
    isMain: true,
  },
  {
    ...NEW,
    state: 'prompt',
    says: 'drafted by describing it',
    reach: how('Descrevendo', 'By describing it'),
    sign: '[role=dialog] textarea',
  },
  {
    page: 'import',
    route: 'workflows',
    path: '/workflows?dialog=import',
    state: 'empty',
    says: 'a file is dropped or pasted',
    sign: '[role=dialog] .file-drop',
  },
  {
    page: 'import',
    route: 'workflows',
    path: '/workflows?dialog=import',
    state: 'review',
    says: 'what an import would make, before it is made',
    reach: inOrder(pasteExample, press('Conferir', 'Check')),
    sign: '[role=dialog] form',
  },
  {
    page: 'import',
    route: 'workflows',
    path: '/workflows?dialog=import',
    state: 'unreadable',
    says: 'a file that is none',
    reach: inOrder(
      ({ page }) => page.locator('[role=dialog] textarea').fill('olá'),
      press('Conferir', 'Check'),
    ),
    sign: '[role=dialog] [role=alert]',
  },
]
