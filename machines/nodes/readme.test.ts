import { readFileSync } from 'node:fs'
import { initialTransition } from 'xstate'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { lower } from '../compile/lower.ts'
import { createRunMachine } from '../compile/machine.ts'
import { isComplete, resolveExits } from '../compile/resolve.ts'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import { WorkflowDocumentSchema } from '../contracts/workflow.ts'
import { documentOf, NOW, ZONE } from '../testing/document.ts'
import { note } from '../testing/note.ts'
import * as registry from './registry.ts'

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the README shows, word for word, a file that the compiler accepts as a node kind', () => {
  const code = /```ts\n([^]*?)```/.exec(textOf('../README.md'))?.[1]
  expect(code?.replace("'./node-kind.ts'", "'../nodes/node-kind.ts'")).toBe(
    textOf('../testing/note.ts'),
  )
  expect(code?.split('\n').length).toBeLessThanOrEqual(26)
  expect(textOf('../README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(40)
})

test("the README's kind compiles to a state that does what its description says", () => {
  const input = { id: 'n1', type: 'note', text: 'Cliente: {{name}}' }
  const parsed = { index: 0, id: 'n1', type: 'note', node: note.schema.parse(input), kind: note }
  const document = WorkflowDocumentSchema.parse(documentOf([input]))
  const nodes = resolveExits({ document, trigger: null, nodes: [parsed] })
  const complete = nodes.filter(isComplete)
  const machine = createRunMachine(lower(complete), new Map([['n1', note.behave(parsed.node)]]))
  const contact = { ...EMPTY_CONTACT, name: 'Ana' }
  const [snapshot] = initialTransition(machine, { contact, at: NOW, zone: ZONE, payload: {} })
  expect(snapshot).toMatchObject({
    status: 'done',
    value: '$end',
    context: { vars: { note: 'Cliente: Ana' } },
  })
})

test('the registry knows the kinds of the files beside it and no others', () => {
  expect(registry.nodeKindOf('whatsapp.send_text')?.type).toBe('whatsapp.send_text')
  expect(registry.nodeKindOf('constructor')).toBeUndefined()
  expect(registry.nodeKindOf('note')).toBeUndefined()
  expect(registry.triggerKindOf('__proto__')).toBeUndefined()
})

const EVERYWHERE = new Set(['id', 'type', 'next', 'onError', 'parent', 'label'])
EVERYWHERE.add('reentry').add('priority').add('exclusive')

test.each([...registry.NODE_KINDS, ...registry.TRIGGER_KINDS])(
  'the language guide tells of $type with every field of its own',
  ({ type, schema }) => {
    const guide = textOf('../../docs/workflow-language.md')
    const { properties = {} } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
    const fields = Object.keys(properties).filter((field) => !EVERYWHERE.has(field))
    const lines = guide.split('\n').filter((line) => line.includes(`\`${type}\``))
    expect(lines.some((line) => fields.every((field) => line.includes(`\`${field}\``)))).toBe(true)
  },
)
