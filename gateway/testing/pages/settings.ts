// What a company is set up with: channels, the language model; and the sandbox that takes everybody's part.

import { type Entry, inOrder, press, type Stage, waits } from './entry.ts'

const CHANNELS = { page: 'channels', route: 'channels', path: '/channels' }
const AI = { page: 'intelligence', route: 'intelligence', path: '/intelligence' }
const SANDBOX = { page: 'sandbox', route: 'sandbox', path: '/sandbox' }
const PHONE = '/sandbox?phone=%2B5531999990101'

const menu = async ({ page }: Stage) => {
  await page.locator('article button[aria-haspopup=menu]').first().click()
}

export const SETTINGS: Entry[] = [
  { ...CHANNELS, state: 'full', says: 'each with how it stands', sign: 'article', isMain: true },
  ...waits(CHANNELS, /^\/api\/channels$/),
  {
    ...CHANNELS,
    state: 'empty',
    says: 'none opened yet',
    who: 'empty',
    sign: '[data-empty] button',
  },
  {
    ...CHANNELS,
    state: 'open',
    says: 'a channel opened by the form of its connector',
    reach: press('Conectar canal', 'Connect a channel'),
    sign: '[role=dialog] input[type=radio]',
  },
  {
    ...CHANNELS,
    state: 'secrets',
    says: 'secrets changed without ever being shown',
    reach: inOrder(menu, press('Segredos', 'Secrets', 'menuitem')),
    sign: '[role=dialog] input',
  },
  {
    ...CHANNELS,
    state: 'remove',
    says: 'what depends on a channel, before it is removed',
    reach: inOrder(menu, press('Remover', 'Remove', 'menuitem')),
    sign: '[role=dialog] textarea',
  },
  {
    ...AI,
    state: 'full',
    says: 'model, voice and limits of the assistant',
    sign: 'form textarea',
    isMain: true,
  },
  ...waits(AI, /^\/api\/ai-settings$/),
  {
    ...AI,
    path: '/intelligence?tab=catalogue',
    state: 'catalogue',
    says: 'what it answers from',
    sign: '#page ol li',
  },
  {
    ...AI,
    path: '/intelligence?tab=catalogue',
    state: 'catalogue-empty',
    says: 'nothing to answer from yet',
    who: 'empty',
    sign: '[data-empty]',
  },
  {
    ...AI,
    path: '/intelligence?tab=usage',
    state: 'usage',
    says: 'what it used this month',
    sign: '[role=progressbar], [data-empty]',
  },
  {
    ...SANDBOX,
    path: PHONE,
    state: 'full',
    says: 'a phone and a mailbox that get what workflows send',
    reach: ({ page }) => page.locator('li button[aria-current]').first().click(),
    sign: '.phone-bubble',
    isMain: true,
    // The image that counts who opened an e-mail has the installation's public address, which a test has not.
    excuses: /Content Security Policy|\/e\/o\//,
  },
  ...waits(SANDBOX, /^\/api\/sandbox$/),
  { ...SANDBOX, state: 'off', says: 'where there is none', who: 'empty', sign: '[data-empty]' },
  {
    ...SANDBOX,
    path: '/sandbox?phone=%2B5511900000000',
    state: 'quiet',
    says: 'nothing said on this phone yet',
    sign: '[data-empty]',
  },
]
