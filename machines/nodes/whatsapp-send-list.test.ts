import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const ROW = { id: 'manha', title: 'Manhã' }
const body = (more: object = {}) => ({
  type: 'whatsapp.send_list',
  body: 'Quando, {{name}}?',
  button: 'Ver horários',
  sections: [{ rows: [ROW, { id: 'tarde', title: 'Tarde', description: 'até {{payload.h}}' }] }],
  ...more,
})
const oneRow = (row: object) => body({ sections: [{ rows: [{ ...ROW, ...row }] }] })
const x = (length: number) => 'x'.repeat(length)
const rows = (count: number, prefix = 'r') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, title: 'T' }))

test("whatsapp.send_list keeps Meta's limits", () => {
  expect(refusalOf(body({ body: x(4096), button: x(20), header: x(60), footer: x(60) }))).toBeNull()
  expect(refusalOf(oneRow({ id: x(200), title: x(24), description: x(72) }))).toBeNull()
  expect(refusalOf(body({ body: x(4097) }))).toEqual(['body'])
  expect(refusalOf(body({ button: x(21) }))).toEqual(['button'])
  expect(refusalOf(oneRow({ title: x(25) }))).toEqual(['sections.0.rows.0.title'])
  expect(refusalOf(oneRow({ description: x(73) }))).toEqual(['sections.0.rows.0.description'])
  expect(refusalOf(oneRow({ id: x(201) }))).toEqual(['sections.0.rows.0.id'])
  expect(refusalOf(body({ sections: [{ title: x(25), rows: [ROW] }] }))).toEqual([
    'sections.0.title',
  ])
})

test('whatsapp.send_list has at most ten sections and ten rows in all', () => {
  const sections = (...parts: object[][]) =>
    body({ sections: parts.map((part, index) => ({ title: `S${index}`, rows: part })) })
  expect(refusalOf(sections(rows(5, 'a'), rows(5, 'b')))).toBeNull()
  expect(refusalOf(sections(rows(5, 'a'), rows(6, 'b')))).toEqual(['sections'])
  expect(refusalOf(sections(rows(5), rows(5)))).toEqual(['sections'])
  expect(refusalOf(body({ sections: [] }))).toEqual(['sections'])
  expect(refusalOf(body({ sections: [{ rows: [] }] }))).toEqual(['sections.0.rows'])
})

test('whatsapp.send_list needs a title for each of several sections', () => {
  const sections = [{ rows: rows(1, 'a') }, { title: 'B', rows: rows(1, 'b') }]
  expect(refusalOf(body({ sections }))).toEqual(['sections'])
})

test('whatsapp.send_list renders its texts once', () => {
  const scope = scopeWith({ payload: { h: '18h' } })
  expect(behaviourOf(body({ header: 'Agenda' })).command?.(scope)).toEqual({
    kind: 'whatsapp.send_list',
    header: 'Agenda',
    body: 'Quando, Ana?',
    footer: null,
    button: 'Ver horários',
    sections: [
      {
        title: null,
        rows: [
          { id: 'manha', title: 'Manhã', description: null },
          { id: 'tarde', title: 'Tarde', description: 'até 18h' },
        ],
      },
    ],
  })
})

test('whatsapp.send_list has its ports and names its expressions', () => {
  expect(targetsOf(body({ onError: 'n9' }))).toEqual({ next: undefined, error: 'n9' })
  const { kind, node } = parsedNode(body())
  expect(kind.expressions(node).map(({ path }) => path)).toEqual([
    '.body',
    '.button',
    '.sections[0].rows[0].title',
    '.sections[0].rows[1].title',
    '.sections[0].rows[1].description',
  ])
  expect(kind.summarize(node)).toBe('Quando, {{name}}? [Manhã | Tarde]')
})
