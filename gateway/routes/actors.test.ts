// What a person may ask of a contact's actor over HTTP: each action with what it needs and nothing less.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '../context.ts'
import { CONTACTS } from '../testing/fixtures.ts'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

async function act(payload: object, role: Role = 'agent'): Promise<number> {
  const reply = await gateway.app.inject({
    method: 'POST',
    url: `/api/contacts/${CONTACTS.acme}/actor/actions`,
    headers: bearer(tokenOf(role)),
    payload: { reason: 'teste', ...payload },
  })
  return reply.statusCode
}

test.each([
  [{ action: 'skip_wait' }],
  [{ action: 'stop', runId: 'run_1' }],
  [{ action: 'take' }],
  [{ action: 'give_back' }],
  [{ action: 'give_back', to: { mode: 'end' } }],
  [{ action: 'give_back', to: { mode: 'state', runId: 'run_1', nodeId: 'n1' } }],
  [{ action: 'move', runId: 'run_1', nodeId: 'n1' }],
])('%j is taken', async (action) => {
  expect(await act(action)).toBe(200)
})

test.each([
  [{ action: 'dance' }],
  [{ action: 'move', runId: 'run_1' }],
  [{ action: 'give_back', to: { mode: 'state', runId: 'run_1' } }],
  [{ action: 'give_back', to: { mode: 'elsewhere' } }],
  [{ action: 'take', reason: '' }],
])('%j is refused', async (action) => {
  expect(await act(action)).toBe(400)
})

test('who only looks may not act', async () => {
  for (const role of ['viewer', 'builder'] as const) {
    expect(await act({ action: 'take' }, role)).toBe(403)
  }
})
