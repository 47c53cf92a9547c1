import { expect, test } from 'vitest'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { NODE_KINDS, nodeKindOf, TRIGGER_KINDS } from '#machines/nodes/registry.ts'
import { type Limits, limitsOf } from './limits-of.ts'
import { membersOf, shapeOf } from './shape-of.ts'
import type { Member, Shape } from './shape.ts'
import { emptyOf, fits, formOf } from './shape-values.ts'

function members(type: string): ReadonlyMap<string, Member> {
  const kind = nodeKindOf(type)
  expect(kind, type).toBeDefined()
  return new Map(membersOf(kind!.schema).map((member) => [member.name, member]))
}

function shape(type: string, ...names: string[]): Shape {
  const [first = '', ...rest] = names
  let found = members(type).get(first)!.shape
  for (const name of rest) {
    if (found.type === 'list') found = found.item
    if (found.type !== 'object') throw new Error(`${name} is in no object`)
    found = found.members.find((member) => member.name === name)!.shape
  }
  return found
}

const limits = (found: Shape): Limits => (found as { limits: Limits }).limits

test('limits of WhatsApp are read off the schema, of texts measured where they stand too', () => {
  expect(limits(shape('whatsapp.send_buttons', 'buttons'))).toMatchObject({ least: 1, most: 3 })
  expect(limits(shape('whatsapp.send_buttons', 'buttons', 'title'))).toEqual({
    least: 1,
    most: 20,
    isRendered: true,
  })
  expect(limits(shape('whatsapp.send_list', 'sections', 'rows', 'title')).most).toBe(24)
  expect(limits(shape('whatsapp.send_text', 'text'))).toEqual({
    least: 1,
    most: 4096,
    isRendered: false,
  })
  expect(limits(shape('ai.classify', 'minConfidence'))).toMatchObject({ least: 0, most: 1 })
  expect(limits(shape('switch', 'cases')).most).toBe(200)
})

test('a field is required unless it may be left out', () => {
  const found = members('whatsapp.send_list')
  expect(found.get('body')?.isRequired).toBe(true)
  expect(found.get('footer')?.isRequired).toBe(false)
  expect(found.get('next')?.isRequired).toBe(false)
})

test('ways, durations, events and conditions are known by their schemas', () => {
  expect(shape('ask', 'invalidNext')).toEqual({ type: 'node' })
  expect(shape('switch', 'cases')).toMatchObject({ type: 'mapping', value: { type: 'node' } })
  expect(shape('delay', 'duration')).toMatchObject({ type: 'text', format: 'duration' })
  expect(shape('wait.for.event', 'event')).toMatchObject({ type: 'text', format: 'event' })
  expect(shape('wait.for.event', 'events', 'next')).toEqual({ type: 'node' })
  expect(shape('if', 'condition')).toEqual({ type: 'condition' })
  expect(shape('business.hours', 'calendar')).toEqual({ type: 'calendar' })
  expect(shape('whatsapp.send_text', 'purpose')).toMatchObject({ format: 'purpose' })
  expect(shape('message.send_text', 'channel')).toMatchObject({ format: 'channel' })
  expect(shape('subflow', 'workflow')).toMatchObject({ format: 'workflow' })
  expect(shape('experiment', 'variants', 'weight')).toMatchObject({ type: 'number', isWhole: true })
})

test('a value of several forms is known by its mark, or by its first member', () => {
  const answer = shape('ask', 'answer')
  if (answer.type !== 'forms') throw new Error('no forms')
  expect(formOf({ type: 'choice', choices: ['a'] }, answer.forms)?.name).toBe('choice')
  expect(formOf({ type: 'email' }, answer.forms)).toMatchObject({ name: 'email', shape: null })
  expect(formOf({ type: 'gone' }, answer.forms)).toBeNull()

  const schedule = TRIGGER_KINDS.find(({ type }) => type === 'schedule')!
  const found = new Map(membersOf(schedule.schema).map((member) => [member.name, member.shape]))
  const reentry = found.get('reentry')!
  if (reentry.type !== 'forms') throw new Error('no forms')
  expect(reentry.forms.map(({ name }) => name)).toEqual([
    'always',
    'once',
    'not while running',
    'cooldown',
  ])
  expect(formOf({ cooldown: 'P1D' }, reentry.forms)?.name).toBe('cooldown')
  expect(formOf('once', reentry.forms)?.name).toBe('once')
  const audience = found.get('audience')!
  if (audience.type !== 'forms') throw new Error('no forms')
  expect(formOf({ all: true }, audience.forms)).toMatchObject({ name: 'all', shape: null })
  expect(formOf({ tags: ['x'] }, audience.forms)?.name).toBe('tags')
})

test('one text or several is a list, a number or where it stands is a text', () => {
  const lead = TRIGGER_KINDS.find(({ type }) => type === 'lead.captured')!
  const filter = membersOf(lead.schema).find(({ name }) => name === 'filter')!.shape
  if (filter.type !== 'object') throw new Error('no object')
  expect(filter.members[0]?.shape).toMatchObject({ type: 'list', item: { type: 'text' } })
  expect(fits('site', filter.members[0]!.shape)).toBe(true)
  expect(shape('crm.create_deal', 'value').type).toBe('text')
})

test('what a control would lose does not fit it', () => {
  const text = shape('whatsapp.send_text', 'text')
  expect(fits({ a: 1 }, text)).toBe(false)
  expect(fits(undefined, text)).toBe(true)
  expect(fits('x', shape('whatsapp.send_buttons', 'buttons'))).toBe(false)
  expect(fits(null, shape('ask', 'next'))).toBe(true)
})

test('every field of every kind has a control of its own; only free values are JSON', () => {
  const plain: string[] = []
  const walk = (found: Shape, path: string): void => {
    if (found.type === 'json') plain.push(path)
    else if (found.type === 'list') walk(found.item, `${path}[]`)
    else if (found.type === 'mapping') walk(found.value, `${path}{}`)
    else if (found.type === 'object') {
      for (const member of found.members) walk(member.shape, `${path}.${member.name}`)
    } else if (found.type === 'forms') {
      for (const form of found.forms) if (form.shape) walk(form.shape, `${path}<${form.name}>`)
    }
  }
  for (const { type, schema } of [...NODE_KINDS, ...TRIGGER_KINDS]) {
    for (const { name, shape: own } of membersOf(schema)) {
      if (name !== 'type') walk(own, `${type}.${name}`)
    }
  }
  expect(plain.toSorted()).toEqual([
    'ai.extract.schema{}',
    'contact.upsert.map{}',
    'crm.create_deal.fields{}',
    'email.send_template.vars{}',
    'end.output{}',
    'set.variable.set{}',
    'subflow.input{}',
    'transform.json.input',
    'webhook.call.body',
    'whatsapp.send_template.vars{}',
  ])
})

test('a new entry has what it needs', () => {
  const row = shape('whatsapp.send_buttons', 'buttons')
  if (row.type !== 'list') throw new Error('no list')
  expect(emptyOf(row.item)).toEqual({ id: '', title: '' })
  const all = NODE_KINDS.flatMap(({ schema }) => membersOf(schema).map((member) => member.shape))
  for (const each of all) {
    const empty: Json | JsonObject = emptyOf(each)
    expect(empty === undefined).toBe(false)
  }
})

test('limits of what is no schema of ours are none', () => {
  expect(limitsOf(membersSchema())).toEqual({ least: null, most: null, isRendered: false })
})

function membersSchema() {
  return nodeKindOf('parallel')!.schema
}

test('a shape is made once for each schema', () => {
  const { schema } = nodeKindOf('ask')!
  expect(shapeOf(schema)).toBe(shapeOf(schema))
})
