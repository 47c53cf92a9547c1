import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'webhook.call',
  url: 'https://erp.example.com/pedidos/{{payload.id | url_encode}}',
  ...more,
})

test('webhook.call accepts an address whose host is fixed and refuses the rest', () => {
  for (const url of ['https://a.com', 'http://a.com:8080/x', 'https://a.com/{{name}}?q={{name}}']) {
    expect(refusalOf(body({ url })), url).toBeNull()
  }
  for (const url of [
    '',
    'a.com',
    'ftp://a.com',
    '{{payload.url}}',
    'https://{{payload.host}}/x',
    'https://a.com{{payload.x}}',
    'https://user:pass@a.com/',
    'https://a.com\\@b.com',
  ]) {
    expect(refusalOf(body({ url })), url).toEqual(['url'])
  }
})

test('webhook.call refuses headers of the platform, bodies where there is none, long time-outs', () => {
  expect(refusalOf(body({ headers: { Authorization: 'Bearer x' }, timeout: 'PT30S' }))).toBeNull()
  expect(refusalOf(body({ headers: { Host: 'x' } }))).toEqual(['headers.Host'])
  expect(refusalOf(body({ headers: { 'Idempotency-Key': 'x' } }))).toEqual([
    'headers.Idempotency-Key',
  ])
  expect(refusalOf(body({ headers: { 'a b': 'x' } }))).toEqual(['headers.a b'])
  expect(refusalOf(body({ method: 'GET', body: {} }))).toEqual(['body'])
  expect(refusalOf(body({ timeout: 'PT31S' }))).toEqual(['timeout'])
  expect(refusalOf(body({ method: 'TRACE' }))).toEqual(['method'])
})

test('webhook.call can fail by a way of its own', () => {
  expect(targetsOf(body({ onError: 'n2' }))).toEqual({ next: undefined, error: 'n2' })
})

test('webhook.call renders address, headers and body', () => {
  const more = {
    method: 'PUT',
    headers: { 'X-Nome': '{{name}}' },
    body: { itens: '$.payload.items', nome: '{{name}}', fixo: 1 },
    timeout: 'PT5S',
  }
  const scope = scopeWith({ payload: { id: 'a/b?c', items: [1] } })
  expect(behaviourOf(body(more)).command?.(scope)).toEqual({
    kind: 'webhook.call',
    method: 'PUT',
    url: 'https://erp.example.com/pedidos/a%2Fb%3Fc',
    headers: { 'X-Nome': 'Ana' },
    body: { itens: [1], nome: 'Ana', fixo: 1 },
    timeoutMs: 5000,
  })
})

test('webhook.call posts nothing within ten seconds where nothing else is said', () => {
  expect(behaviourOf(body()).command?.(scopeWith())).toMatchObject({
    method: 'POST',
    headers: {},
    body: null,
    timeoutMs: 10_000,
  })
})

test('webhook.call names its expressions by their path', () => {
  const { kind, node } = parsedNode(body({ headers: { 'X-A': '{{a}}' }, body: { b: '$.b' } }))
  expect(kind.expressions(node).map(({ path }) => path)).toEqual([
    '.url',
    ".headers['X-A']",
    '.body.b',
  ])
})
