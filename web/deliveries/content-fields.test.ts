import { expect, test } from 'vitest'
import { fieldsOf, withField } from './content-fields.ts'

const content = {
  kind: 'whatsapp.send_buttons',
  body: 'Oi',
  header: null,
  buttons: [
    { id: 'a', title: 'Sim' },
    { id: 'b', title: 'Não' },
  ],
  timeoutMs: 5,
}

test('texts and numbers become fields, what may not change does not', () => {
  expect(fieldsOf(content).map(({ name, value }) => [name, value])).toEqual([
    ['body', 'Oi'],
    ['buttons.0.id', 'a'],
    ['buttons.0.title', 'Sim'],
    ['buttons.1.id', 'b'],
    ['buttons.1.title', 'Não'],
    ['timeoutMs', '5'],
  ])
})

test('a changed field changes nothing else, and a number stays one', () => {
  const fields = fieldsOf(content)
  const field = (name: string) => fields.find((one) => one.name === name)!
  const changed = withField(content, field('buttons.1.title'), 'Depois')
  expect(changed).toEqual({
    ...content,
    buttons: [content.buttons[0], { id: 'b', title: 'Depois' }],
  })
  expect(withField(content, field('timeoutMs'), '8')).toEqual({ ...content, timeoutMs: 8 })
  expect(withField(content, field('timeoutMs'), 'x')).toEqual({ ...content, timeoutMs: 'x' })
})
