import { afterAll, beforeAll, expect, it } from 'vitest'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'
import { HELD, LETTERS } from '../testing/memory-deliveries.ts'
import type { Role } from '../context.ts'

let gateway: Gateway
const ask = async (
  [method, url]: readonly ['GET' | 'POST' | 'PUT', string],
  payload?: object,
  role: Role = 'support',
) => {
  const reply = await gateway.app.inject({
    method,
    url: `/api/${url}`,
    headers: bearer(tokenOf(role)),
    ...(payload && { payload }),
  })
  return { status: reply.statusCode, body: reply.json() }
}
beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

const reason = 'token renovado'
const selection = { ids: [LETTERS.acme] }
const content = { kind: 'whatsapp.send_text', text: 'Oi', previewUrl: false }

it('lists and looks at failures, tries a replay, replays and drops', async () => {
  const { body: page } = await ask(['GET', 'dead-letters?state=all&kind=effect'])
  expect(page.items.map((item: { id: string }) => item.id)).toEqual([LETTERS.acme])
  expect(await ask(['GET', `dead-letters/${LETTERS.acme}`])).toMatchObject({
    body: { wayOut: { en: expect.any(String) }, content },
  })
  for (const path of ['dead-letters/replay/dry-run', 'dead-letters/replay'] as const) {
    const asked = path.endsWith('dry-run') ? { selection } : { selection, reason }
    expect(await ask(['POST', path], asked)).toMatchObject({ status: 200, body: { sent: 1 } })
  }
  const dropped = await ask(['POST', 'dead-letters/drop'], { selection, reason })
  expect(dropped).toEqual({ status: 200, body: { done: 1, skipped: 0 } })
})

it('I9: ids of another tenant answer as unknown, in every command that takes one', async () => {
  const other = { ids: [LETTERS.rival] }
  const asked = [
    ask(['GET', `dead-letters/${LETTERS.rival}`]),
    ask(['PUT', `dead-letters/${LETTERS.rival}`], { content, reason }),
    ask(['POST', 'dead-letters/replay/dry-run'], { selection: other }),
    ask(['POST', 'dead-letters/replay'], { selection: other, reason }),
    ask(['POST', 'dead-letters/drop'], { selection: other, reason }),
    ask(['POST', 'outbox/resting/settle'], { ids: [HELD.rival], how: 'send', reason }),
  ]
  for (const { status, body } of await Promise.all(asked)) {
    expect([status, body.error.code]).toEqual([404, 'RESOURCE_NOT_FOUND'])
  }
})

it('asks for a reason, and for a selection that means one thing', async () => {
  const wrong = [
    { selection },
    { selection, reason: '  ' },
    { selection: { ids: [] }, reason },
    { selection: { ids: ['eff_1'], filter: {} }, reason },
    { selection: { filter: { unknown: 'x' } }, reason },
  ]
  for (const payload of wrong) {
    const { status, body } = await ask(['POST', 'dead-letters/replay'], payload)
    expect([status, body.error.code]).toEqual([400, 'REQUEST_INVALID'])
  }
})

it('lets those mend who answer for deliveries, and only owners and admins open the gate', async () => {
  for (const role of ['builder', 'agent', 'viewer'] as const) {
    expect((await ask(['POST', 'dead-letters/drop'], { selection, reason }, role)).status).toBe(403)
    expect((await ask(['GET', 'dead-letters'], undefined, role)).status).toBe(200)
  }
  expect((await ask(['POST', 'outbox/gate/release'], { reason })).status).toBe(403)
  expect((await ask(['POST', 'outbox/gate/release'], { reason }, 'admin')).status).toBe(200)
})
