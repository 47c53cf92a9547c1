import { expect, test } from 'vitest'
import { behaviourOf, parsedNode, refusalOf, scopeWith, targetsOf } from '../testing/document.ts'

const BUTTONS = [
  { id: 'sim', title: 'Sim' },
  { id: 'nao', title: 'Não, {{name}}' },
]
const body = (more: object = {}) => ({
  type: 'whatsapp.send_buttons',
  body: 'Confirma, {{name}}?',
  buttons: BUTTONS,
  ...more,
})
const oneButton = (button: object) => body({ buttons: [{ id: 'a', title: 'A', ...button }] })

test("whatsapp.send_buttons keeps Meta's limits", () => {
  const x = (length: number) => 'x'.repeat(length)
  const frame = { body: x(1024), header: x(60), footer: x(60), purpose: 'billing' }
  expect(refusalOf(body(frame))).toBeNull()
  expect(refusalOf(oneButton({ id: x(256), title: x(20) }))).toBeNull()
  expect(refusalOf(body({ body: x(1025) }))).toEqual(['body'])
  expect(refusalOf(body({ header: x(61) }))).toEqual(['header'])
  expect(refusalOf(body({ footer: x(61) }))).toEqual(['footer'])
  expect(refusalOf(body({ buttons: [] }))).toEqual(['buttons'])
  expect(refusalOf(body({ buttons: [...BUTTONS, ...BUTTONS] }))).toEqual(['buttons'])
  expect(refusalOf(oneButton({ title: x(21) }))).toEqual(['buttons.0.title'])
  expect(refusalOf(oneButton({ id: x(257) }))).toEqual(['buttons.0.id'])
})

test('whatsapp.send_buttons measures a text with placeholders only when it is rendered', () => {
  expect(refusalOf(oneButton({ title: '{{payload.a.long.way.to.a.short.name}}' }))).toBeNull()
})

test('whatsapp.send_buttons refuses buttons that cannot be told apart', () => {
  expect(refusalOf(body({ buttons: [BUTTONS[0], { ...BUTTONS[1], id: 'sim' }] }))).toEqual([
    'buttons',
  ])
  expect(refusalOf(body({ buttons: [BUTTONS[0], { ...BUTTONS[0], id: 'b' }] }))).toEqual([
    'buttons',
  ])
})

test('whatsapp.send_buttons renders its texts once', () => {
  expect(behaviourOf(body({ footer: 'Até já' })).command?.(scopeWith())).toEqual({
    kind: 'whatsapp.send_buttons',
    header: null,
    body: 'Confirma, Ana?',
    footer: 'Até já',
    buttons: [
      { id: 'sim', title: 'Sim' },
      { id: 'nao', title: 'Não, Ana' },
    ],
  })
})

test('whatsapp.send_buttons has its ports, needs and expressions', () => {
  expect(targetsOf(body({ onError: null }))).toEqual({ next: undefined, error: null })
  const { kind, node } = parsedNode(body({ purpose: 'billing' }))
  expect(kind.needs(node)).toEqual({ channel: 'whatsapp', purpose: 'billing' })
  expect(kind.expressions(node).map(({ path }) => path)).toEqual([
    '.body',
    '.buttons[0].title',
    '.buttons[1].title',
  ])
  expect(kind.summarize(node)).toBe('Confirma, {{name}}? [Sim | Não, {{name}}]')
})
