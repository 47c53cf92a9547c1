// The simulation over HTTP: the draft of the tenant, played with the script of the body.

import { afterAll, beforeAll, expect, it } from 'vitest'
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'

let gateway: Gateway
const headers = bearer(tokenOf('builder'))
const test = async (payload: object) => {
  const reply = await gateway.app.inject({
    method: 'POST',
    url: `/api/workflows/${welcome.id}/test`,
    headers,
    payload,
  })
  return { status: reply.statusCode, body: reply.json() }
}

beforeAll(async () => {
  gateway = await createGateway()
  await gateway.app.inject({ method: 'POST', url: '/api/workflows', headers, payload: welcome })
})
afterAll(() => gateway.close())

it('plays a script with a payload and answers what would happen', async () => {
  const { status, body } = await test({ script: [{ skip: 'PT10M' }], payload: { name: 'Bia' } })
  expect(status).toBe(200)
  expect(body.final).toMatchObject({ status: 'done', states: ['reforco'] })
  expect(body.transcript.map(({ text }: { text: string }) => text)).toEqual([
    '[boas_vindas] · Bia',
    'Bia, ficou alguma dúvida? É só responder por aqui.',
  ])
})

it('starts with a sample lead when nothing is said', async () => {
  const { status, body } = await test({})
  expect([status, body.final.states]).toEqual([200, ['pausa']])
  expect(body.timers).toHaveLength(1)
})

it('tells what is wrong with the script, entry by entry', async () => {
  const { status, body } = await test({ script: [{ skip: 'PT1M' }, { skip: 'já' }] })
  expect([status, body.steps]).toEqual([200, []])
  expect(body.problems).toMatchObject([{ index: 1, field: 'skip', code: 'SCRIPT_INVALID' }])
  expect((await test({ script: 'nada' })).status).toBe(400)
})
