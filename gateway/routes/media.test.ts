import { afterAll, beforeAll, expect, it } from 'vitest'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'
import { MEDIA_OF } from '../testing/memory-media.ts'

let gateway: Gateway
beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

const read = (id: string, headers: Record<string, string> = bearer(tokenOf('viewer'))) =>
  gateway.app.inject({ method: 'GET', url: `/api/media/${id}`, headers })

it('shows a picture, under its real type and a name that ends no header', async () => {
  const reply = await read(MEDIA_OF.acme)
  expect(reply.statusCode).toBe(200)
  expect(reply.headers).toMatchObject({
    'content-type': 'image/png',
    'content-length': '8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': `inline; filename="pra_a _1_.png"; filename*=UTF-8''pra%C3%A7a%20%221%22.png`,
  })
  expect(reply.body).toBe('<script>')
})

it('saves everything else, so that nothing of a stranger runs as a page of ours', async () => {
  const reply = await read(MEDIA_OF.page)
  expect(reply.headers['content-disposition']).toMatch(/^attachment; filename="a.html"/)
})

it('I9: knows no file of another company', async () => {
  expect((await read(MEDIA_OF.rival)).statusCode).toBe(404)
})

it('asks who is there, and for the id of a file', async () => {
  expect((await read(MEDIA_OF.acme, {})).statusCode).toBe(401)
  expect((await read('msg_1')).statusCode).toBe(400)
})
