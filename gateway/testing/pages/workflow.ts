// One workflow, live: the chart with its contacts, a state, its past, its versions, publishing.

import { type Entry, inOrder, press, type Stage, waits } from './entry.ts'
import { PURCHASE, WAITING } from './world.ts'

const ADDRESS = `/workflows/${PURCHASE}`
const CHART = { page: 'workflow', route: 'workflow', path: ADDRESS }
const VERSIONS = { page: 'versions', route: 'workflow', path: `${ADDRESS}?panel=versions` }
const STATE = {
  page: 'state',
  route: 'workflow-state',
  path: `${ADDRESS}/states/${WAITING}`,
}
const LISTED = 'aside [href^="/contacts/"]'

/** The drawing is there and has come to rest. */
const drawn = ({ page }: Stage) => page.locator(`[data-node="${WAITING}"]`).waitFor()
const act = (portuguese: string, english: string) =>
  inOrder(
    ({ page }) => page.locator(LISTED).first().waitFor(),
    press('Agir sobre estes contatos', 'Act on these contacts'),
    press(portuguese, english, 'menuitem'),
  )
const publish = inOrder(drawn, press('Publicar versão 3', 'Publish version 3'))
const fillReason = ({ page }: Stage) =>
  page.locator('[role=dialog] textarea').last().fill('Coleção nova na sexta')

export const WORKFLOW: Entry[] = [
  {
    ...CHART,
    state: 'full',
    says: 'where every contact is, live',
    sign: `[data-node="${WAITING}"]`,
    isMain: true,
  },
  {
    ...CHART,
    state: 'loading',
    says: 'the drawing is on its way',
    held: /^\/api\/workflows\/wf_lead_compra$/,
    sign: '.chart-skeleton',
  },
  ...waits(CHART, /^\/api\/workflows\/wf_lead_compra$/).filter(({ state }) => state === 'error'),
  {
    ...CHART,
    path: '/workflows/wf_nao_existe',
    state: 'missing',
    says: 'an address of no workflow',
    sign: '[role=alert] a',
    excuses: /status of 404/,
  },
  {
    ...CHART,
    path: '/workflows/wf_nps',
    state: 'draft',
    says: 'never published: nobody can be in it',
    sign: '[data-node]',
  },
  {
    ...CHART,
    state: 'pace',
    says: 'how long contacts stay in each state',
    reach: inOrder(drawn, press('Ritmo', 'Pace')),
    sign: 'select:has(option[value="7d"])',
  },
  {
    ...CHART,
    path: () => `${ADDRESS}?at=${new Date(Date.now() - 8 * 3_600_000).toISOString()}`,
    state: 'past',
    says: 'the counts of an earlier hour',
    sign: '.past-note:not(:has-text("Refazendo")):not(:has-text("Rebuilding"))',
  },
  { ...STATE, state: 'full', says: 'who waits here, and since when', sign: LISTED, isMain: true },
  ...waits(STATE, /^\/api\/workflows\/wf_lead_compra\/contacts$/),
  {
    ...STATE,
    path: `${ADDRESS}/states/lembrete`,
    state: 'empty',
    says: 'nobody is here now',
    sign: 'aside [data-empty]',
  },
  {
    ...STATE,
    state: 'acts',
    says: 'what can be done with all of them',
    reach: inOrder(
      ({ page }) => page.locator(LISTED).first().waitFor(),
      press('Agir sobre estes contatos', 'Act on these contacts'),
    ),
    sign: '[role=menu]',
  },
  {
    ...STATE,
    state: 'say',
    says: 'a message to all of them, with the numbers before',
    reach: inOrder(act('Enviar mensagem', 'Send a message'), async ({ page }) => {
      await page
        .locator('[role=dialog] textarea')
        .first()
        .fill('Oi, {{name}}! A coleção nova chegou.')
    }),
    sign: '[role=dialog] [aria-live] .font-medium',
  },
  {
    ...STATE,
    state: 'move',
    says: 'all of them into another state, with the numbers before',
    reach: inOrder(act('Mover para outro estado', 'Move to another state'), async ({ page }) => {
      await page.locator('[role=dialog] select').selectOption('lembrete')
    }),
    sign: '[role=dialog] [aria-live] .font-medium',
  },
  {
    ...VERSIONS,
    state: 'full',
    says: 'versions, and the move between two',
    sign: 'aside time',
    isMain: true,
  },
  ...waits(VERSIONS, /^\/api\/workflows\/wf_lead_compra\/versions$/),
  {
    ...VERSIONS,
    path: '/workflows/wf_nps?panel=versions',
    state: 'empty',
    says: 'nothing published yet',
    sign: 'aside [data-empty]',
  },
  {
    ...VERSIONS,
    state: 'changes',
    says: 'the draft against the published one, in the drawing and in words',
    reach: press('Ver as mudanças', 'See the changes'),
    sign: 'aside li button, aside li',
    isMain: true,
  },
  {
    page: 'publish',
    route: 'workflow',
    path: ADDRESS,
    state: 'full',
    says: 'what changes, what the tests say, who is under way',
    reach: publish,
    sign: '[role=dialog] [type=radio]',
    isMain: true,
  },
  {
    page: 'publish',
    route: 'workflow',
    path: ADDRESS,
    state: 'migrate',
    says: 'who would move, and who would stay',
    reach: inOrder(
      publish,
      ({ page, say }) =>
        page.getByText(say('Mudam para esta versão', 'They move to this version')).click(),
      fillReason,
    ),
    sign: '[role=dialog] textarea',
  },
  {
    page: 'publish',
    route: 'workflow',
    path: `${ADDRESS}?panel=versions`,
    state: 'rollback',
    says: 'going back to an older version',
    reach: inOrder(
      press('Ações da versão 1', 'Actions of version 1'),
      press('Voltar a esta versão', 'Go back to this version', 'menuitem'),
    ),
    sign: '[role=dialog] [type=radio]',
  },
]
