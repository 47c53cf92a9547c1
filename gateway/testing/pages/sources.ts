// Where leads come from: webhooks, forms, lists, lead ads.

import { type Entry, inOrder, press, type Stage, waits } from './entry.ts'

const SOURCES = { page: 'sources', route: 'sources', path: '/sources' }
const FORMS = { page: 'forms', route: 'sources', path: '/sources?tab=forms' }
const LISTS = { page: 'lists', route: 'sources', path: '/sources?tab=lists' }
const open = ({ page }: Stage) => page.locator('#page li button').first().click()
const previewed = ({ page }: Stage) =>
  page.frameLocator('iframe').getByRole('button').first().waitFor()

export const SOURCES_OF_LEADS: Entry[] = [
  {
    ...SOURCES,
    state: 'full',
    says: 'webhooks with what came in',
    sign: '#page li button',
    isMain: true,
  },
  ...waits(SOURCES, /^\/api\/sources$/),
  { ...SOURCES, state: 'empty', says: 'none made yet', who: 'empty', sign: '[data-empty] button' },
  {
    ...SOURCES,
    state: 'new',
    says: 'a new one',
    reach: press('Nova fonte', 'New source'),
    sign: '[role=dialog] input',
  },
  {
    ...SOURCES,
    state: 'one',
    says: 'how to send, what came last, what each field becomes',
    reach: open,
    sign: '#page section h3',
    isMain: true,
  },
  { ...FORMS, state: 'full', says: 'forms with how often they were sent', sign: '#page li button' },
  ...waits(FORMS, /^\/api\/forms$/),
  { ...FORMS, state: 'empty', says: 'none built yet', who: 'empty', sign: '[data-empty] button' },
  {
    ...FORMS,
    state: 'edit',
    says: 'built beside its preview',
    reach: inOrder(open, previewed),
    sign: 'iframe',
    isMain: true,
  },
  {
    ...FORMS,
    state: 'new',
    says: 'a new one',
    reach: press('Novo formulário', 'New form'),
    sign: '#page form fieldset',
  },
  { ...LISTS, state: 'full', says: 'lists and how far they are', sign: '#page li button' },
  ...waits(LISTS, /^\/api\/imports$/),
  { ...LISTS, state: 'empty', says: 'none brought yet', who: 'empty', sign: '[data-empty] button' },
  {
    ...LISTS,
    state: 'columns',
    says: 'what each column means, before anything is imported',
    reach: open,
    sign: '#page table',
    isMain: true,
  },
  {
    page: 'lead-ads',
    route: 'sources',
    path: '/sources?tab=meta',
    state: 'empty',
    says: 'no page of lead ads connected',
    sign: '[data-empty] a',
  },
]
