// What is sent: templates of WhatsApp, e-mails and what they share.

import { type Entry, press, waits } from './entry.ts'
import type { World } from './world-face.ts'

const TEMPLATES = { page: 'templates', route: 'templates', path: '/templates' }
const TEMPLATE = {
  page: 'template',
  route: 'template',
  path: ({ ids }: World) => `/templates/${ids.draftTemplate}`,
}
const EMAILS = { page: 'emails', route: 'emails', path: '/emails' }
const EMAIL = { page: 'email', route: 'email', path: ({ ids }: World) => `/emails/${ids.email}` }

export const CONTENT: Entry[] = [
  {
    ...TEMPLATES,
    state: 'full',
    says: 'each with how Meta sees it',
    sign: '[data-row]',
    isMain: true,
  },
  ...waits(TEMPLATES, /^\/api\/templates$/),
  {
    ...TEMPLATES,
    state: 'empty',
    says: 'none written, no account either',
    who: 'empty',
    sign: '[data-empty] button',
  },
  {
    ...TEMPLATES,
    path: '/templates?status=REJECTED',
    state: 'no-match',
    says: 'none with this status',
    sign: '[data-empty] button',
  },
  {
    ...TEMPLATE,
    state: 'full',
    says: 'as it will look, with what Meta says',
    sign: 'aside .fact-list',
    isMain: true,
  },
  ...waits(TEMPLATE, /^\/api\/templates\/tpl_[^/]+$/),
  {
    ...TEMPLATE,
    path: ({ ids }) => `/templates/${ids.draftTemplate}?edit=1`,
    state: 'edit',
    says: 'written beside its preview, every limit counted',
    sign: 'form textarea',
    isMain: true,
  },
  { ...TEMPLATE, path: '/templates/new', state: 'new', says: 'a new one', sign: 'form textarea' },
  {
    ...TEMPLATE,
    state: 'remove',
    says: 'deleting one, also at Meta',
    reach: press('Excluir', 'Delete'),
    sign: '[role=dialog]',
  },
  {
    ...EMAILS,
    state: 'full',
    says: 'the e-mails that workflows send',
    sign: '[data-row]',
    isMain: true,
  },
  ...waits(EMAILS, /^\/api\/email-templates$/),
  {
    ...EMAILS,
    state: 'empty',
    says: 'none written yet',
    who: 'empty',
    sign: '[data-empty] button',
  },
  {
    ...EMAILS,
    path: '/emails?tab=partials',
    state: 'partials',
    says: 'parts that several e-mails share',
    sign: '#page li, #page article',
  },
  {
    ...EMAILS,
    path: '/emails?tab=domain',
    state: 'domain',
    says: 'whether the domain of the sender is ready',
    sign: '#page input',
  },
  { ...EMAIL, state: 'full', says: 'written beside its preview', sign: 'iframe', isMain: true },
  ...waits(EMAIL, /^\/api\/email-templates\/tpl_[^/]+$/),
  { ...EMAIL, path: '/emails/new', state: 'new', says: 'a new one', sign: '#page textarea' },
]
