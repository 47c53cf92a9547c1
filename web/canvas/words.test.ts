import { expect, test } from 'vitest'
import { createTexts, translateWith } from '../i18n/i18n.ts'
import type { AppLocale } from '../i18n/i18n.ts'
import { edge, node } from './testing/chart.ts'
import { edgeLabel, nodeSummary } from './words.ts'
import type { WordsFor } from './words.ts'

async function wordsIn(locale: AppLocale): Promise<WordsFor> {
  const { global } = await createTexts(locale)
  const named = (key: string, fallback: string) => (global.te(key) ? global.t(key) : fallback)
  return { t: translateWith(global), named, locale }
}
const pt = await wordsIn('pt-BR')
const en = await wordsIn('en')
const summaryOf = (kind: string, summary: string, words = pt) =>
  nodeSummary({ ...node('a', 'state', kind), summary }, words)

test.each([
  ['$.vars.total greaterOrEqual 500', 'vars.total ≥ 500', 'vars.total ≥ 500'],
  ['$.vars.total lessOrEqual 5 & $.a less 1', 'vars.total ≤ 5 & a < 1', 'vars.total ≤ 5 & a < 1'],
  ['$.a equals "x" | $.b notEquals 2', 'a = "x" | b ≠ 2', 'a = "x" | b ≠ 2'],
  ['$.contact.tags contains "vip"', 'contact.tags contém "vip"', 'contact.tags contains "vip"'],
  ['! ($.contact.email exists)', '! (contact.email existe)', '! (contact.email exists)'],
  ['$.a in ["b","c"]', 'a em ["b","c"]', 'a in ["b","c"]'],
  ['$.a greater "$.vars.b"', 'a > vars.b', 'a > vars.b'],
  ['$.a equals "b in c"', 'a = "b in c"', 'a = "b in c"'],
  ['$.a unknownTo 4', 'a unknownTo 4', 'a unknownTo 4'],
])('The condition %s is read as %s', (summary, portuguese, english) => {
  expect(summaryOf('if', summary)).toBe(portuguese)
  expect(summaryOf('if', summary, en)).toBe(english)
})

test('Known events and fields have names, unknown ones keep theirs', () => {
  expect(summaryOf('wait.for.event', 'purchase.approved, my.own')).toBe('compra aprovada, my.own')
  expect(summaryOf('event', 'my.own · $.payload.total greater 9')).toBe(
    'my.own · payload.total > 9',
  )
  expect(summaryOf('contact.upsert', 'name, tags, email, phone, tier')).toBe(
    'nome, etiquetas, e-mail, telefone, tier',
  )
  expect(summaryOf('switch', '$.payload.source')).toBe('payload.source')
})

test('The text of a message stays as it was written', () => {
  const text = 'name, $.a in b, purchase.approved'
  expect(summaryOf('whatsapp.send_text', text)).toBe(text)
})

test('An edge says the event it waits for by its name', () => {
  expect(edgeLabel(edge('a', 'b', 'next', 'purchase.approved'), pt)).toBe('compra aprovada')
  expect(edgeLabel(edge('a', 'b', 'next', 'my.own'), pt)).toBe('my.own')
  expect(edgeLabel(edge('a', 'b'), pt)).toBeNull()
})
