import { expect, test } from 'vitest'
import { NODE_KINDS } from '#machines/nodes/registry.ts'
import { KIND_GROUPS, groupOf, kindOptions, nameInGroup } from './kinds.ts'
import { matching } from './matching.ts'

const words = {
  t: (key: string) => key,
  named: (_key: string, fallback: string) => fallback,
  locale: 'pt-BR',
} as const
const options = kindOptions(words)
const idsFor = (query: string) => matching(options, query).map(({ id }) => id)

test('Every kind of the registry is offered once, group by group', () => {
  expect(options.map(({ id }) => id).toSorted()).toEqual(
    NODE_KINDS.map(({ type }) => type).toSorted(),
  )
  const groups = options.map(({ group }) => KIND_GROUPS.indexOf(group))
  expect(groups).toEqual(groups.toSorted((a, b) => a - b))
  expect(new Set(groups).size).toBe(KIND_GROUPS.length)
})

test('Under the title of its channel a kind goes by its short name', () => {
  expect(nameInGroup({ title: 'Botão com link no WhatsApp', group: 'whatsapp' })).toBe(
    'Botão com link',
  )
  expect(nameInGroup({ title: 'Resposta no WhatsApp', group: 'ai' })).toBe('Resposta no WhatsApp')
})

test('A kind that nobody has sorted yet is offered all the same', () => {
  expect(groupOf('whatsapp.send_sticker')).toBe('whatsapp')
  expect(groupOf('moon.full')).toBe('data')
})

test('Typing finds without accents and capitals, in both languages and by the name in the document', () => {
  expect(idsFor('condicao')[0]).toBe('if')
  expect(idsFor('CONDIÇÃO')[0]).toBe('if')
  expect(idsFor('waits for something')[0]).toBe('wait.for.event')
  expect(idsFor('send_buttons')).toEqual(['whatsapp.send_buttons'])
})

test('Every word must be somewhere, and a name that begins with it comes first', () => {
  const list = [
    { id: 'a', title: 'Depois do e-mail' },
    { id: 'b', title: 'E-mail simples' },
    { id: 'c', title: 'Outro', also: 'e-mail' },
    { id: 'd', title: 'Outro' },
  ]
  expect(matching(list, 'e-mail').map(({ id }) => id)).toEqual(['b', 'a', 'c'])
  expect(matching(list, 'e-mail outro').map(({ id }) => id)).toEqual(['c'])
  expect(matching(list, '  ')).toEqual(list)
})
