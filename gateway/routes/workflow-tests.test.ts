// Recorded tests over HTTP: a list as a `.tests.json` file holds it goes in, comes out and runs.

import { afterAll, beforeAll, expect, it } from 'vitest'
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import welcomeTests from '../../examples/lead-welcome.tests.json' with { type: 'json' }
import { bearer, createGateway, type Gateway, tokenOf } from '../testing/gateway.ts'

let gateway: Gateway
const headers = bearer(tokenOf('builder'))
const ask = async (method: 'GET' | 'PUT' | 'POST', path: string, payload?: object) => {
  const url = `/api/workflows/${welcome.id}/tests${path}`
  const reply = await gateway.app.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: reply.statusCode, body: reply.json() }
}

beforeAll(async () => {
  gateway = await createGateway()
  await gateway.app.inject({ method: 'POST', url: '/api/workflows', headers, payload: welcome })
})
afterAll(() => gateway.close())

it('takes the whole list and gives it back as it was', async () => {
  expect(await ask('PUT', '', welcomeTests)).toMatchObject({ status: 200 })
  const { body } = await ask('GET', '')
  expect(body.items.map(({ test }: { test: unknown }) => test)).toEqual(welcomeTests)
})

it('tells of each test whether it holds, and what differed', async () => {
  const wrong = { name: 'errado', script: [], expect: { status: 'done' } }
  await ask('PUT', '', [...welcomeTests, wrong])
  const { status, body } = await ask('POST', '/run')
  expect([status, body.passed, body.failed]).toEqual([200, welcomeTests.length, 1])
  expect(body.outcomes.at(-1)).toMatchObject({
    name: 'errado',
    passed: false,
    message: { en: 'It ended as "active", expected was "done".' },
  })
})

it.each([
  ['no list', { name: 'x' }],
  ['a test without expectations', [{ name: 'x', script: [] }]],
  ['a test with an unknown field', [{ name: 'x', script: [], expect: {}, wish: true }]],
  ['more tests than are kept', Array.from({ length: 501 }, () => welcomeTests[0])],
])('refuses %s', async (_, payload) => {
  expect(await ask('PUT', '', payload)).toMatchObject({
    status: 400,
    body: { error: { code: 'REQUEST_INVALID' } },
  })
})
