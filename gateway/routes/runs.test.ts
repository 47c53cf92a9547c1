import { afterAll, beforeAll, expect, it } from 'vitest'
import { CONTACTS, WORKFLOWS } from '../testing/fixtures.ts'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'

let gateway: Gateway
const ask = async (payload: object, more: { headers?: object; id?: string } = {}) => {
  const reply = await gateway.app.inject({
    method: 'POST',
    url: `/api/workflows/${more.id ?? WORKFLOWS.acme}/runs`,
    headers: { ...bearer(tokenOf('agent')), ...more.headers },
    payload,
  })
  return { status: reply.statusCode, body: reply.json() }
}

beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

it('asks for a run and says for whom', async () => {
  expect(await ask({ contactId: CONTACTS.acme, payload: { pedido: 7 } })).toEqual({
    status: 200,
    body: { accepted: true, duplicate: false, eventId: 'evt_1', contactId: CONTACTS.acme },
  })
})

it('hands the Idempotency-Key on', async () => {
  const headers = { 'Idempotency-Key': 'pedido-7' }
  const replies = [0, 1].map(() => ask({ contactId: CONTACTS.acme }, { headers }))
  expect((await Promise.all(replies)).map(({ body }) => body.duplicate)).toEqual([false, true])
  const tooLong = { 'Idempotency-Key': 'x'.repeat(201) }
  expect((await ask({ contactId: CONTACTS.acme }, { headers: tooLong })).status).toBe(400)
})

it('needs exactly one way to name the contact', async () => {
  for (const body of [
    {},
    { contactId: CONTACTS.acme, email: 'a@b.c' },
    { phone: '' },
    { id: 'x' },
  ]) {
    expect((await ask(body)).status, JSON.stringify(body)).toBe(400)
  }
})

it('knows no workflow and no contact of another company', async () => {
  expect((await ask({ contactId: CONTACTS.rival })).status).toBe(404)
  expect((await ask({ contactId: CONTACTS.acme }, { id: WORKFLOWS.rival })).status).toBe(404)
})

it('tells the header and the body in its description', async () => {
  const { json } = await gateway.app.inject('/api/docs/openapi.json')
  const { post } = json().paths['/api/workflows/{id}/runs']
  expect(post.parameters).toContainEqual(
    expect.objectContaining({ name: 'idempotency-key', in: 'header' }),
  )
  expect(post.requestBody).toBeDefined()
})
