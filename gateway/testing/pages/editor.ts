// The editor: the board, the fields of a state, problems, the simulator, several people in one draft.

import type { Page } from 'playwright-core'
import { type Entry, inOrder, press, type Stage, waits } from './entry.ts'
import { BLANK, PURCHASE, WAITING } from './world.ts'

const ADDRESS = `/workflows/${PURCHASE}/edit`
const BOARD = { page: 'editor', route: 'workflow-edit', path: ADDRESS }
const SIMULATOR = {
  page: 'simulator',
  route: 'workflow-edit',
  path: `${ADDRESS}/$trigger?panel=simulator`,
}
const CLASH = 'wf_carrinho_abandonado'
const node = (page: Page, id: string) => page.locator(`[data-node="${id}"]`)

/** The draft has been looked at. */
const checked = ({ page }: Stage) => page.locator('.editor-header [aria-busy="false"]').waitFor()
const focus = async ({ page }: Stage) => {
  await node(page, WAITING).click()
  await page.locator(`[data-node="${WAITING}"]:focus`).waitFor()
}
const key =
  (name: string) =>
  ({ page }: Stage) =>
    page.keyboard.press(name)
const menu = (portuguese: string, english: string) =>
  inOrder(
    ({ page }) => node(page, WAITING).waitFor(),
    press('Mais ações', 'More actions'),
    press(portuguese, english, 'menuitem'),
  )
const talks = ({ page }: Stage) => page.locator('.phone-bubble').first().waitFor()

/** Somebody else at the same draft, writing in one of its states. */
async function withCaio({ page, world }: Stage): Promise<void> {
  await node(page, WAITING).waitFor()
  const { baseUrl, password } = world.line.demo
  const context = await page.context().browser()!.newContext({ reducedMotion: 'reduce' })
  others.push(() => context.close())
  const data = { email: 'usr_caio@aurora.example', password }
  await context.request.post(`${baseUrl}/api/session`, { data })
  const other = await context.newPage()
  await other.goto(`${baseUrl}${ADDRESS}/${WAITING}`)
  await other.locator('.form-body').waitFor()
  await other.locator('.form-body input').first().focus()
  await other.keyboard.press('End')
  await other.keyboard.type('…')
}
const others: (() => Promise<void>)[] = []
async function withoutOthers({ world }: Stage): Promise<void> {
  await Promise.all(others.splice(0).map((close) => close()))
  await rename(world, PURCHASE, 'Esperar a compra')
}

/** Somewhere else, the state that waits for a purchase gets another name. */
async function rename({ draft, ask }: Stage['world'], id: string, label: string): Promise<void> {
  const document = await draft(id)
  Object.assign(document.nodes.find((one) => one['id'] === WAITING) ?? {}, { label })
  await ask('POST', '/api/workflows', document)
}

/** The line is away while both sides change the same state. */
async function clash({ page, world }: Stage): Promise<void> {
  const name = page.locator('.node-form input').first()
  await name.waitFor()
  await page.route(isSave, (route) => route.abort())
  const [tried] = [page.waitForRequest((request) => isSave(new URL(request.url())))]
  await name.fill('Esperar o pagamento do carrinho')
  await tried
  await rename(world, CLASH, 'Esperar o Pix')
  await page.unroute(isSave)
  await name.fill('Esperar o pagamento do carrinho por um dia')
}

/** What nobody chose between is forgotten again. */
async function forget({ page, world }: Stage): Promise<void> {
  await page.goto('about:blank')
  await rename(world, CLASH, 'Esperar o pagamento')
  await page.goto(`${world.line.demo.baseUrl}/contacts`)
  await page.evaluate(() => {
    const { localStorage } = globalThis as unknown as { localStorage: { clear(): void } }
    localStorage.clear()
  })
  // The page must be there whole before it is led on from within.
  await page.locator('a.contact-row, .row-lazy').first().waitFor()
}
const isSave = ({ pathname }: URL) => pathname === '/api/workflows'

export const EDITOR: Entry[] = [
  {
    ...BOARD,
    state: 'full',
    says: 'palette, drawing, and the fields of a state',
    reach: checked,
    sign: `[data-node="${WAITING}"]`,
    isMain: true,
  },
  {
    ...BOARD,
    state: 'loading',
    says: 'the draft is on its way',
    held: /^\/api\/workflows\/wf_lead_compra$/,
    sign: '.editor-skeleton',
  },
  ...waits(BOARD, /^\/api\/workflows\/wf_lead_compra$/).filter(({ state }) => state === 'error'),
  {
    ...BOARD,
    path: `/workflows/${BLANK}/edit`,
    state: 'empty',
    says: 'an empty canvas, and where to begin',
    reach: checked,
    sign: '.board-first',
    isMain: true,
  },
  {
    ...BOARD,
    path: `${ADDRESS}/${WAITING}`,
    state: 'fields',
    says: 'a wait as a form',
    reach: checked,
    sign: '.form-body',
    isMain: true,
  },
  {
    ...BOARD,
    path: `${ADDRESS}/boas_vindas`,
    state: 'template-fields',
    says: 'a template with what is known at that state',
    reach: checked,
    sign: '.form-body',
  },
  {
    ...BOARD,
    path: `${ADDRESS}/compra_grande`,
    state: 'decision-fields',
    says: 'a decision',
    reach: checked,
    sign: '.form-body',
  },
  {
    ...BOARD,
    path: `${ADDRESS}/$trigger`,
    state: 'trigger-fields',
    says: 'what starts the workflow',
    reach: checked,
    sign: '.form-body',
  },
  {
    ...BOARD,
    path: '/workflows/wf_boas_vindas/edit?panel=problems',
    state: 'problems',
    says: 'each problem with its sentence, its way, and a fix',
    sign: '.problem-row',
    isMain: true,
  },
  {
    ...BOARD,
    path: `/workflows/${BLANK}/edit?panel=problems`,
    state: 'no-problems',
    says: 'nothing to put right',
    sign: 'section [data-empty], .problem-row',
  },
  {
    ...BOARD,
    state: 'type-ahead',
    says: 'a state inserted by typing',
    reach: inOrder(focus, key('a')),
    sign: '.type-ahead [role=option]',
    isMain: true,
  },
  {
    ...BOARD,
    state: 'keys',
    says: 'every key',
    reach: inOrder(focus, key('?')),
    sign: '[role=dialog] dl',
  },
  {
    ...BOARD,
    state: 'several',
    says: 'several states at once',
    reach: inOrder(focus, key('Control+a')),
    sign: '[role=toolbar] .tabular',
  },
  {
    ...BOARD,
    state: 'export',
    says: 'as JSON, bundle, XState, SCXML or Mermaid',
    reach: menu('Exportar', 'Export'),
    sign: '[role=dialog] pre',
  },
  {
    ...BOARD,
    state: 'propose',
    says: 'a draft by prompt: nothing changes before it is applied',
    reach: inOrder(menu('Propor com IA', 'Propose with AI'), async ({ page }) => {
      await page.locator('[role=dialog] textarea').fill('Depois de um dia, chame uma pessoa')
      await page.locator('[role=dialog] button[type=submit]').click()
    }),
    sign: '[role=dialog] section h3',
  },
  {
    ...BOARD,
    state: 'people',
    says: 'who else is here, and whose state it is',
    reach: withCaio,
    sign: '.people-here .people-mark',
    leave: withoutOthers,
  },
  {
    ...BOARD,
    path: `/workflows/${CLASH}/edit/${WAITING}`,
    state: 'conflict',
    says: 'two versions of one state: both are shown, none is lost',
    reach: clash,
    sign: '[role=dialog] [type=radio]',
    excuses: /ERR_FAILED|status of 409/,
    leave: forget,
  },
  {
    ...SIMULATOR,
    state: 'full',
    says: 'the draft played as a conversation',
    sign: '.sim-panel .phone-bubble',
    isMain: true,
  },
  {
    ...SIMULATOR,
    state: 'time',
    says: 'time passes at will',
    reach: inOrder(talks, press('Tempo', 'Time')),
    sign: '[role=menu]',
  },
  {
    ...SIMULATOR,
    state: 'event',
    says: 'what the workflow waits for is made to happen',
    reach: inOrder(talks, press('Acontecimento', 'Event'), ({ page }) =>
      page.locator('[role=menuitem]').first().click(),
    ),
    sign: '.sim-panel form textarea',
  },
  {
    ...SIMULATOR,
    state: 'steps',
    says: 'every Step of it, and the chart lit along',
    reach: inOrder(talks, async ({ page }) => {
      await page.locator('.sim-panel [role=tab]').nth(1).click()
    }),
    sign: '.sim-panel li',
  },
  {
    ...SIMULATOR,
    path: `${ADDRESS}/$trigger?panel=tests`,
    state: 'tests',
    says: 'recorded conversations as tests',
    sign: '.sim-panel ul li',
    isMain: true,
  },
  {
    ...SIMULATOR,
    path: `/workflows/${BLANK}/edit?panel=tests`,
    state: 'tests-empty',
    says: 'none recorded yet',
    sign: '.sim-panel [data-empty]',
  },
  {
    ...SIMULATOR,
    path: '/workflows/wf_novidades/edit/$trigger?panel=simulator',
    state: 'mailbox',
    says: 'the mailbox, where a workflow writes e-mails',
    reach: async ({ page, say }) => {
      await page
        .locator('.sim-panel')
        .getByRole('button', { name: new RegExp(`^${say('E-mail', 'E-mail')}`) })
        .first()
        .click()
    },
    sign: '.sim-mailbox',
  },
]
