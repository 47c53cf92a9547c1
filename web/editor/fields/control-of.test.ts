import { expect, test } from 'vitest'
import type { Json } from '#machines/contracts/json.ts'
import { NODE_KINDS, nodeKindOf } from '#machines/nodes/registry.ts'
import { controlOf, isLong } from './control-of.ts'
import { formFieldsOf } from './form-fields.ts'

function control(kind: string, name: string, value?: Json) {
  const { main, more, ways } = formFieldsOf(nodeKindOf(kind)!, {})
  const field = [...main, ...more, ...ways].find((each) => each.name === name)!
  return controlOf({ kind, name, shape: field.shape, control: field.control, value })
}

test('hints and schemas choose the control together', () => {
  expect(control('whatsapp.send_text', 'text')).toBe('template')
  expect(control('whatsapp.send_text', 'previewUrl')).toBe('yesNo')
  expect(control('whatsapp.send_template', 'template')).toBe('templateName')
  expect(control('whatsapp.send_template', 'vars')).toBe('templateVars')
  expect(control('whatsapp.send_template', 'header')).toBe('forms')
  expect(control('subflow', 'input')).toBe('subflowInput')
  expect(control('switch', 'on')).toBe('template')
  expect(control('switch', 'cases')).toBe('cases')
  expect(control('goto', 'to')).toBe('node')
  expect(control('wait.until', 'at')).toBe('occurrence')
  expect(control('wait.until', 'hours')).toBe('calendar')
  expect(control('wait.until', 'zone')).toBe('choice')
  expect(control('webhook.call', 'body')).toBe('value')
  expect(control('ai.extract', 'schema')).toBe('json')
  expect(control('ai.classify', 'keywords')).toBe('mapping')
})

test('a value that the control would lose is shown as JSON', () => {
  expect(control('whatsapp.send_text', 'text', { a: 1 })).toBe('json')
  expect(control('whatsapp.send_buttons', 'buttons', 'x')).toBe('json')
  expect(control('ask', 'answer', { type: 'gone' })).toBe('json')
})

test('messages have lines of their own, addresses and titles have not', () => {
  const long = NODE_KINDS.flatMap(({ type, schema, form }) =>
    formFieldsOf({ schema, form }, {})
      .main.filter(({ name, shape }) => isLong(name, shape))
      .map(({ name }) => `${type}.${name}`),
  )
  expect(long).toContain('whatsapp.send_text.text')
  expect(long).toContain('ai.reply.instructions')
  expect(long).not.toContain('whatsapp.send_cta_url.url')
  expect(long).not.toContain('whatsapp.send_list.button')
})
