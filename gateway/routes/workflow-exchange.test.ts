// Workflows that come and go over HTTP: what is refused at the edge, and who may.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { MAX_BUNDLE_BYTES } from '#machines/contracts/bundle.ts'
import { WORKFLOWS } from '../testing/fixtures.ts'
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'

let gateway: Gateway
const ask = async (method: 'POST' | 'DELETE', url: string, payload?: object, role = 'builder') => {
  const headers = bearer(tokenOf(role as 'builder'))
  const reply = await gateway.app.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: reply.statusCode, body: reply.json() }
}

beforeAll(async () => {
  gateway = await createGateway()
})
afterAll(() => gateway.close())

it.each([
  ['no text', {}],
  ['an empty text', { text: '' }],
  ['more than a bundle may have', { text: 'x'.repeat(MAX_BUNDLE_BYTES + 1) }],
  ['a field that nobody knows', { text: '{}', force: true }],
  ['a choice without a kind', { text: '{}', mapping: [{ name: 'a', choice: { use: 'open' } }] }],
  [
    'a new name that no template may have',
    {
      text: '{}',
      mapping: [
        {
          kind: 'template',
          name: 'a',
          language: null,
          choice: { use: 'create', name: "a'; drop" },
        },
      ],
    },
  ],
])('an import refuses %s', async (_, payload) => {
  const refused = { status: 400, body: { error: { code: 'REQUEST_INVALID' } } }
  expect(await ask('POST', '/api/workflows/import/dry-run', payload)).toMatchObject(refused)
  expect(await ask('POST', '/api/workflows/import', payload)).toMatchObject(refused)
})

it('a file that cannot be read is an answer of the dry run, not an error', async () => {
  expect(await ask('POST', '/api/workflows/import/dry-run', { text: '{' })).toMatchObject({
    status: 200,
    body: { readable: false },
  })
})

it('what the company did not sign needs somebody who says so', async () => {
  expect(await ask('POST', '/api/workflows/import', { text: '{}' })).toMatchObject({ status: 409 })
  const accepted = { text: '{}', acceptsUnsigned: true }
  expect(await ask('POST', '/api/workflows/import', accepted)).toMatchObject({ status: 200 })
})

it('the prompt has a size, and the draft goes along', async () => {
  const url = `/api/workflows/${WORKFLOWS.acme}/propose`
  const definition = { id: WORKFLOWS.acme, nodes: [] }
  expect(await ask('POST', url, { prompt: 'x'.repeat(4_001), definition })).toMatchObject({
    status: 400,
  })
  expect(await ask('POST', url, { prompt: 'um lembrete' })).toMatchObject({ status: 400 })
  expect(await ask('POST', url, { prompt: 'um lembrete', definition })).toMatchObject({
    status: 200,
    body: { definition },
  })
})

it('agents neither export nor put away', async () => {
  for (const what of ['bundle', 'archive', 'duplicate']) {
    const url = `/api/workflows/${WORKFLOWS.acme}/${what}`
    expect(await ask('POST', url, { name: 'x' }, 'agent')).toMatchObject({ status: 403 })
  }
  expect(await ask('DELETE', `/api/workflows/${WORKFLOWS.acme}`, undefined, 'agent')).toMatchObject(
    { status: 403 },
  )
})
