import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const body = (more: object = {}) => ({
  type: 'email.send_template',
  template: 'followup_padrao',
  ...more,
})

test('email.send_template needs the name of a template', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ template: 'Olá!' }))).toEqual(['template'])
  expect(refusalOf(body({ purpose: 'Marketing' }))).toEqual(['purpose'])
  expect(refusalOf(body({ subject: 'x' }))).toEqual([''])
})

test('email.send_template can fail by a way of its own', () => {
  expect(targetsOf(body({ next: null, onError: 'n2' }))).toEqual({ next: null, error: 'n2' })
})

test('email.send_template renders its variables as text', () => {
  const more = { language: 'pt_BR', vars: { nome: '{{name}}', total: '$.payload.total' } }
  expect(behaviourOf(body(more)).command?.(scopeWith({ payload: { total: 10 } }))).toEqual({
    kind: 'email.send_template',
    template: 'followup_padrao',
    language: 'pt_BR',
    vars: { nome: 'Ana', total: '10' },
  })
})

test('email.send_template needs an e-mail channel, the template and the purpose', () => {
  const { kind, node } = parsedNode(body({ purpose: 'marketing' }))
  expect(kind.needs(node)).toEqual({
    channel: 'email',
    template: 'followup_padrao',
    purpose: 'marketing',
  })
})
