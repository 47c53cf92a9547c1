// What could not be delivered, what rests, what is on its way, and the gate that closes after a restore.

import { type Entry, inOrder, press, type Stage, waits } from './entry.ts'
import type { World } from './world-face.ts'

const LIST = { page: 'deliveries', route: 'deliveries', path: '/deliveries' }
const RESTING = { ...LIST, path: '/deliveries?tab=resting' }
const ONE = {
  page: 'delivery',
  route: 'delivery',
  path: ({ ids }: World) => `/deliveries/${ids.letter}`,
}

const close = async ({ world }: Stage) => {
  await world.db.query(
    `update dispatch_gate set closed_at = now(), details_json = '{"signs": ["timeline"], "lost": 3}'`,
  )
}
/** The banner is read when the page opens. */
const again = ({ page }: Stage) => page.reload()
const open = inOrder(
  ({ world }) => world.db.query('update dispatch_gate set closed_at = null'),
  again,
  ({ page }) => page.locator('#page').waitFor(),
)

export const DELIVERIES: Entry[] = [
  {
    ...LIST,
    state: 'full',
    says: 'what failed, for whom, and why',
    sign: '[data-row]',
    isMain: true,
  },
  ...waits(LIST, /^\/api\/dead-letters$/),
  { ...LIST, state: 'empty', says: 'nothing has failed', who: 'empty', sign: '[data-empty]' },
  {
    ...LIST,
    path: '/deliveries?state=resolved',
    state: 'no-match',
    says: 'no failure with these filters',
    sign: '[data-empty] button',
  },
  {
    ...LIST,
    state: 'chosen',
    says: 'some of them chosen, to be sent again together',
    reach: ({ page }) =>
      page.locator('li input[type=checkbox], li [role=checkbox]').first().click(),
    sign: '[aria-live=polite].tabular',
  },
  { ...RESTING, state: 'resting', says: 'may have arrived: a person decides', sign: '[data-row]' },
  {
    ...RESTING,
    state: 'resting-empty',
    says: 'nothing waits for a decision',
    who: 'empty',
    sign: '[data-empty]',
  },
  {
    ...RESTING,
    state: 'settle',
    says: 'deciding about one that may have arrived',
    reach: ({ page }) => page.locator('li button').last().click(),
    sign: '[role=dialog] [type=radio]',
  },
  {
    ...LIST,
    path: '/deliveries?tab=queue',
    state: 'queue',
    says: 'what is on its way, by channel',
    sign: '.queue-table, [data-empty]',
  },
  {
    ...LIST,
    state: 'paused',
    says: 'after a restore nothing leaves until somebody decides',
    reach: inOrder(close, again),
    sign: 'section.bg-attention-soft h2',
    leave: open,
  },
  {
    ...LIST,
    state: 'open-gate',
    says: 'deciding about what may have left already',
    reach: inOrder(close, again, ({ page }) =>
      page.locator('section.bg-attention-soft button').click(),
    ),
    sign: '[role=dialog] textarea',
    leave: open,
  },
  { ...ONE, state: 'full', says: 'why it failed, and the way out', sign: 'aside dl', isMain: true },
  ...waits(ONE, /^\/api\/dead-letters\/[^/]+$/),
  {
    ...ONE,
    state: 'correct',
    says: 'its content corrected by a person',
    reach: press('Corrigir', 'Correct'),
    sign: 'aside form textarea',
  },
  {
    ...ONE,
    state: 'send-again',
    says: 'who would get it, before it is sent again',
    reach: press('Reenviar', 'Send again'),
    sign: '[role=dialog] .space-y-1\\.5 p',
  },
  {
    ...ONE,
    state: 'dismiss',
    says: 'leaving it be, with a reason',
    reach: press('Dispensar', 'Dismiss'),
    sign: '[role=dialog] textarea',
  },
]
