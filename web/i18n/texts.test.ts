import { expect, test } from 'vitest'
import { en } from './en.ts'
import { createTexts, localeFor, translateWith } from './i18n.ts'
import { ptBR } from './pt-br.ts'

function leaves(tree: object, prefix = ''): [path: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${prefix}${key}`, value]]
      : leaves(Object(value), `${prefix}${key}.`),
  )
}
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort()
const english = new Map(leaves(en))

test('Both languages have the same texts with the same placeholders', () => {
  for (const [path, text] of leaves(ptBR)) {
    expect(english.has(path), path).toBe(true)
    expect(placeholders(english.get(path) ?? ''), path).toEqual(placeholders(text))
  }
  expect(english.size).toBe(leaves(ptBR).length)
})

test('Numbers choose between none, one and many', async () => {
  const { global } = await createTexts('pt-BR')
  const t = translateWith(global)
  const here = (count: number) => t('canvas.contactsHere', { count }, count)
  expect([0, 1, 2].map(here)).toEqual(['nenhum contato', '1 contato', '2 contatos'])
})

test('The browser chooses the language until a person does', () => {
  expect(localeFor(null, 'en-GB')).toBe('en')
  expect(localeFor(null, 'EN')).toBe('en')
  expect(localeFor(null, 'pt-PT')).toBe('pt-BR')
  expect(localeFor(null, 'de')).toBe('pt-BR')
  expect(localeFor('pt-BR', 'en-US')).toBe('pt-BR')
  expect(localeFor('xx', 'en-US')).toBe('en')
})
