import { expect, test } from 'vitest'
import { compileTemplate } from '#machines/expression/template.ts'
import type { Completion } from '../../checker/checking.ts'
import { sampleScope, withNamesOf } from './sample-scope.ts'

const known = (path: string, type: string | null = null): Completion => ({
  path,
  kind: 'vars',
  type,
  maybeEmpty: false,
  from: null,
})
const MOMENT = { now: '2026-03-10T12:00:00Z', zone: 'America/Sao_Paulo' }

function read(text: string, ...completions: Completion[]): string {
  return compileTemplate(text).render(sampleScope(completions, MOMENT))
}

test('what is known has a made-up value by its name and its type', () => {
  const all = [known('vars.pedido.total', 'number'), known('vars.produto_novo'), known('c.intent')]
  expect(read('{{ contact.name }}, {{ vars.pedido.total }}', ...all)).toBe('Ana Souza, 10')
  expect(read('{{ vars.produto_novo }} {{ c.intent }}', ...all)).toBe('‹produto novo› ‹intent›')
  expect(read('{{ produto_novo }}', ...all)).toBe('‹produto novo›')
})

test('an object is taken apart, whichever came first', () => {
  const all = [known('vars.a.b'), known('vars.a', 'object')]
  expect(read('{{ vars.a.b }}', ...all)).toBe('‹b›')
})

test('a hostile path changes nothing that is shared', () => {
  sampleScope([known('vars.__proto__.x')], MOMENT)
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

test('what a text puts out and nobody knows is shown by its name', () => {
  const text = 'Oi {{ nome_novo | upcase }} {{ vars.valor }} {{ contact.name }}'
  const scope = withNamesOf(sampleScope([], MOMENT), text)
  expect(compileTemplate(text).render(scope)).toBe('Oi ‹NOME NOVO› 199.9 Ana Souza')
  expect(withNamesOf(scope, '{{ contact.name }}')).toBe(scope)
})
