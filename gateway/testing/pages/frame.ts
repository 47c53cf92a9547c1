// What is around the pages: signing in, the palette, the person's menu, a line that is broken, an address of nothing.

import type { Entry } from './entry.ts'

export const FRAME: Entry[] = [
  {
    page: 'sign-in',
    state: 'full',
    says: 'who is not signed in',
    route: 'sign-in',
    who: 'nobody',
    path: '/sign-in',
    sign: 'input[type=password]',
    isMain: true,
  },
  {
    page: 'sign-in',
    state: 'phone',
    says: 'on a phone',
    route: 'sign-in',
    who: 'nobody',
    path: '/sign-in',
    sign: 'input[type=password]',
    size: 'phone',
  },
  {
    page: 'sign-in',
    state: 'refused',
    says: 'a password that is wrong',
    route: 'sign-in',
    who: 'nobody',
    path: '/sign-in',
    reach: async ({ page }) => {
      await page.locator('input[type=email]').fill('bia@aurora.example')
      await page.locator('input[type=password]').fill('não é esta')
      await page.keyboard.press('Enter')
    },
    sign: '[role=alert]',
    excuses: /status of 401/,
  },
  {
    page: 'palette',
    state: 'open',
    says: 'Ctrl K reaches every page and what can be done here',
    route: 'workflow',
    path: '/workflows/wf_lead_compra',
    reach: async ({ page }) => {
      await page.locator('[data-node="espera_compra"]').waitFor()
      await page.keyboard.press('Control+k')
    },
    sign: '[role=dialog] [role=option]',
    isMain: true,
    leave: ({ page }) => page.keyboard.press('Escape'),
  },
  {
    page: 'palette',
    state: 'found',
    says: 'a contact found by name',
    route: 'contacts',
    path: '/contacts',
    reach: async ({ page }) => {
      await page.locator('[data-row], .contact-row').first().waitFor()
      await page.keyboard.press('Control+k')
      await page.locator('[role=dialog] input').fill('Juliana')
    },
    sign: '[role=option]:has-text("Juliana Prado")',
    leave: ({ page }) => page.keyboard.press('Escape'),
  },
  {
    page: 'person',
    state: 'menu',
    says: 'language, theme, signing out',
    route: 'contacts',
    path: '/contacts',
    reach: ({ page }) => page.locator('aside button[aria-haspopup=menu]').last().click(),
    sign: '[role=menuitemcheckbox]',
  },
  {
    page: 'live-line',
    state: 'broken',
    says: 'the socket is away and tries again',
    route: 'contacts',
    path: '/contacts',
    // Without a ticket there is no socket.
    cut: /^\/api\/live\/ticket$/,
    sign: 'p[role=status] .tabular',
    excuses: /ERR_FAILED/,
  },
  {
    page: 'not-found',
    state: 'full',
    says: 'an address that leads nowhere',
    route: 'not-found',
    path: '/fluxos/antigo',
    sign: '[data-empty] a',
    isMain: true,
  },
  {
    page: 'form',
    state: 'full',
    says: 'the published form, as a visitor of the shop sees it',
    route: null,
    who: 'nobody',
    path: '/f/frm_demo_contato',
    sign: 'form button',
  },
  {
    page: 'form',
    state: 'phone',
    says: 'the published form on a phone',
    route: null,
    who: 'nobody',
    path: '/f/frm_demo_contato',
    sign: 'form button',
    size: 'phone',
  },
]
