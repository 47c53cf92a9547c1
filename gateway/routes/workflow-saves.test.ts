// Saving over what one has seen: the entity tag, the refusal that shows the other draft, and publishing what was seen.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { WorkflowConflictSchema } from '#machines/contracts/versions.ts'
import { TENANTS, WORKFLOWS } from '../testing/fixtures.ts'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'

const id = WORKFLOWS.acme
const named = (name: string) => ({ id, name, trigger: { type: 'lead.captured' }, nodes: [] })

let gateway: Gateway
beforeEach(async () => {
  gateway = await createGateway()
})
afterEach(() => gateway.close())

async function ask(
  [method, url]: ['GET' | 'POST', string],
  { payload, headers = {}, token = tokenOf('builder') }: AskOptions = {},
) {
  const reply = await gateway.app.inject({
    method,
    url,
    headers: { ...bearer(token), ...headers },
    ...(payload && { payload }),
  })
  return { status: reply.statusCode, tag: reply.headers.etag, body: reply.json() }
}
interface AskOptions {
  payload?: object
  headers?: Record<string, string>
  token?: string
}
const save = (name: string, tag?: string, token?: string) =>
  ask(['POST', '/api/workflows'], {
    payload: named(name),
    headers: tag === undefined ? {} : { 'If-Match': tag },
    ...(token && { token }),
  })

it('goes over the draft whose tag one has, and gives the next tag', async () => {
  const read = await ask(['GET', `/api/workflows/${id}`])
  expect(read.tag).toBe(`"${read.body.revision}"`)
  const saved = await save('Um', read.tag)
  expect([saved.status, saved.tag]).toEqual([200, `"${read.body.revision + 1}"`])
  expect((await save('Dois', `"99", ${saved.tag}`)).status).toBe(200)
  expect((await save('Três', '*')).status).toBe(200)
})

it('is refused with the draft that is there instead, and changes nothing', async () => {
  const { tag } = await ask(['GET', `/api/workflows/${id}`])
  await save('Da Bia', tag)
  const refused = await save('Do Caio', tag)
  expect([refused.status, refused.body.error.code]).toEqual([409, 'WORKFLOW_CONFLICT'])
  const details = WorkflowConflictSchema.parse(refused.body.error.details)
  expect(details).toMatchObject({ definition: { name: 'Da Bia' }, revision: 2 })
  expect((await save('Do Caio', 'W/"2"')).status).toBe(409)
  expect((await ask(['GET', `/api/workflows/${id}`])).body.definition.name).toBe('Da Bia')
})

it('needs no tag, and takes no nonsense for one', async () => {
  expect((await save('Sem condição')).status).toBe(200)
  const refused = await save('x', '7')
  expect([refused.status, refused.body.error.field]).toEqual([400, 'if-match'])
})

it('of a workflow that is another company’s finds none (I9)', async () => {
  const { tag = '' } = await ask(['GET', `/api/workflows/${id}`])
  expect((await save('x', tag, tokenOf('builder', TENANTS.rival))).status).toBe(404)
})

it('publishes only what was seen, when that is said', async () => {
  const url = `/api/workflows/${id}/publish`
  const publish = (payload: object) => ask(['POST', url], { payload })
  await save('Da Bia')
  expect((await publish({ revision: 1 })).body.error).toMatchObject({
    code: 'WORKFLOW_CONFLICT',
    details: { revision: 2, definition: { name: 'Da Bia' } },
  })
  expect((await publish({ revision: 2 })).status).toBe(200)
  expect((await publish({})).status).toBe(200)
})
