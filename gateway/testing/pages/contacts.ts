// The contacts, and one contact's debugger with everything that can be done there; also as they are on a phone.

import { type Entry, inOrder, press, type Stage, waits } from './entry.ts'
import type { World } from './world-face.ts'

const LIST = { page: 'contacts', route: 'contacts', path: '/contacts' }
const at = (name: string, query = '') => ({
  page: 'contact',
  route: 'contact',
  path: (world: World) => `/contacts/${world.contact(name)}${query}`,
})
const WAITS = at('Ana Beatriz Rocha')
const REMINDED = at('Juliana Prado')
const WITH_TEAM = at('Lia Monteiro')
/** The socket tells of the contact as well. */
const UNKNOWN = /^\/api\/(contacts\/[^/]+\/actor|live\/ticket)$/
const THERE = '.step-button'
const DIALOG = '[role=dialog]'

const more = async ({ page, say }: Stage) => {
  await page.locator(THERE).first().waitFor()
  await page.getByRole('button', { name: say('Fluxos e ações', 'Workflows and actions') }).click()
}
const choose = (portuguese: string, english: string) =>
  inOrder(more, press(portuguese, english, 'menuitem'))
const part = (portuguese: string, english: string) =>
  inOrder(({ page }) => page.locator('h1').waitFor(), press(portuguese, english, 'tab'))

export const CONTACTS: Entry[] = [
  {
    ...LIST,
    state: 'full',
    says: 'everybody, the latest first',
    sign: 'a.contact-row, .row-lazy',
    isMain: true,
  },
  { ...LIST, state: 'phone', says: 'on a phone', sign: '.row-lazy', size: 'phone' },
  ...waits(LIST, /^\/api\/contacts$/),
  { ...LIST, state: 'empty', says: 'nobody yet', who: 'empty', sign: '[data-empty] a' },
  {
    ...LIST,
    path: '/contacts?q=zuleica',
    state: 'no-match',
    says: 'a search that finds nobody',
    sign: '[data-empty] button',
  },
  {
    ...REMINDED,
    state: 'full',
    says: 'Steps, chart, context and conversation of one contact',
    sign: THERE,
    isMain: true,
  },
  { ...REMINDED, state: 'phone', says: 'the timeline on a phone', sign: THERE, size: 'phone' },
  {
    ...REMINDED,
    state: 'phone-chart',
    says: 'the chart on a phone',
    reach: part('Fluxo', 'Workflow'),
    sign: '[data-node]',
    size: 'phone',
  },
  {
    ...REMINDED,
    state: 'phone-conversation',
    says: 'the conversation on a phone',
    reach: part('Conversa', 'Chat'),
    sign: '[aria-label] article, .chat-bubble, section article, section p',
    size: 'phone',
  },
  {
    ...REMINDED,
    state: 'phone-facts',
    says: 'situation and facts on a phone',
    reach: part('Dados', 'Facts'),
    sign: '.fact-list',
    size: 'phone',
  },
  ...waits(WAITS, UNKNOWN),
  ...waits({ ...WAITS, size: 'phone' }, UNKNOWN).map((entry) => ({
    ...entry,
    state: `phone-${entry.state}`,
  })),
  {
    ...WAITS,
    path: '/contacts/cnt_ninguem',
    state: 'missing',
    says: 'an address of nobody',
    sign: '[role=alert] a',
    excuses: /status of 40[04]/,
  },
  {
    ...WAITS,
    state: 'maybe-twin',
    says: 'somebody who may be the same person',
    sign: '[role=status] button',
  },
  {
    ...at('Juliana Prado', '?seq=3'),
    state: 'step',
    says: 'how everything was at one Step',
    sign: '.step-row.chosen',
    isMain: true,
  },
  {
    ...at('Priscila Antunes'),
    state: 'stuck',
    says: 'why it does not go on, in one sentence',
    sign: THERE,
    isMain: true,
  },
  {
    ...WITH_TEAM,
    state: 'with-team',
    says: 'a person has the conversation, events are kept',
    sign: THERE,
  },
  {
    ...REMINDED,
    state: 'menu',
    says: 'what can be done with this contact',
    reach: more,
    sign: '[role=menu]',
  },
  {
    ...WAITS,
    state: 'skip',
    says: 'skipping a wait, with a reason',
    reach: choose('Pular a espera', 'Skip the wait'),
    sign: `${DIALOG} textarea`,
  },
  {
    ...WAITS,
    state: 'move',
    says: 'into another state, chosen in the list or in the drawing',
    reach: choose('Mover', 'Move'),
    sign: `${DIALOG} [data-node]`,
  },
  {
    ...WAITS,
    state: 'stop',
    says: 'stopping a run, and what that means',
    reach: choose('Parar o fluxo', 'Stop the workflow'),
    sign: `${DIALOG} textarea`,
  },
  {
    ...WAITS,
    state: 'event',
    says: 'an event sent by hand',
    reach: choose('Enviar um evento', 'Send an event'),
    sign: `${DIALOG} textarea`,
  },
  {
    ...WAITS,
    state: 'value',
    says: 'a value of the run changed',
    reach: choose('Mudar um valor', 'Change a value'),
    sign: `${DIALOG} textarea`,
  },
  {
    ...WAITS,
    state: 'restart',
    says: 'the run from its beginning',
    reach: choose('Recomeçar', 'Start again'),
    sign: `${DIALOG} textarea`,
  },
  {
    ...WITH_TEAM,
    state: 'give-back',
    says: 'giving the conversation back, and where it goes on',
    reach: inOrder(
      ({ page }) => page.locator(THERE).first().waitFor(),
      press('Devolver', 'Give back'),
    ),
    sign: `${DIALOG} [type=radio]`,
  },
  {
    ...REMINDED,
    state: 'audit',
    says: 'what people did, and why',
    reach: choose('Intervenções', 'Interventions'),
    sign: `${DIALOG} ol li`,
  },
  {
    ...at('Sofia Guimarães'),
    state: 'audit-empty',
    says: 'nobody stepped in',
    reach: choose('Intervenções', 'Interventions'),
    sign: `${DIALOG} [data-empty]`,
  },
  {
    ...at('Juliana Prado', '?retell=draft'),
    state: 'replay',
    says: 'the same events on the draft, beside the real way',
    sign: '.retell-grid li',
    isMain: true,
  },
  {
    ...WAITS,
    state: 'merge',
    says: 'two contacts compared before they become one',
    reach: press('Comparar', 'Compare'),
    sign: `${DIALOG} table`,
  },
  {
    ...REMINDED,
    state: 'merge-search',
    says: 'the other contact is looked for',
    reach: inOrder(choose('Unir contatos', 'Merge contacts'), async ({ page }) => {
      await page.locator(`${DIALOG} input`).fill('Beatriz')
      // Everybody is there until the answer comes.
      await page.locator(`${DIALOG} li`, { hasText: 'Sofia' }).waitFor({ state: 'detached' })
    }),
    sign: `${DIALOG} li button`,
  },
]
