// The shape of a field, read off its zod schema.

import type { z } from 'zod'
import { CHANNEL_KIND_PATTERN } from '#machines/contracts/channel.ts'
import { PURPOSE_PATTERN } from '#machines/contracts/contact.ts'
import { EVENT_TYPE_PATTERN } from '#machines/contracts/event.ts'
import { type Json, type JsonObject, JsonSchema } from '#machines/contracts/json.ts'
import { CalendarSchema } from '#machines/expression/calendar.ts'
import { ConditionSchema } from '#machines/expression/condition.ts'
import { checksOf, limitsOf } from './limits-of.ts'
import type { Form, Member, Shape, TextFormat } from './shape.ts'
import { emptyOf } from './shape-values.ts'

interface Inner {
  type: string
  innerType: z.core.$ZodType
  element: z.core.$ZodType
  shape: Record<string, z.core.$ZodType>
  entries: Record<string, string | number>
  values: readonly Json[]
  options: readonly z.core.$ZodType[]
  discriminator?: string
  valueType: z.core.$ZodType
  getter: () => z.core.$ZodType
}

const WORKFLOW_ID = '^wf_'
const MAX_DEPTH = 8

const known = new WeakMap<z.core.$ZodType, Shape>()

/** The shape of a schema; made once for each. */
export function shapeOf(schema: z.core.$ZodType, depth = 0): Shape {
  const before = known.get(schema)
  if (before) return before
  const shape = depth > MAX_DEPTH ? ({ type: 'json' } as const) : readShape(schema, depth)
  if (depth <= MAX_DEPTH) known.set(schema, shape)
  return shape
}

/** Members of an object's schema, in its order. */
export function membersOf(schema: z.core.$ZodType, depth = 0): Member[] {
  const shape = innerOf(schema).shape ?? {}
  return Object.entries(shape).map(([name, member]) => ({
    name,
    shape: shapeOf(member, depth + 1),
    isRequired: innerOf(member).type !== 'optional',
  }))
}

function innerOf(schema: z.core.$ZodType): Inner {
  return schema._zod.def as unknown as Inner
}

/** Schemas with a control of their own. */
const OWN: ReadonlyMap<z.core.$ZodType, Shape> = new Map<z.core.$ZodType, Shape>([
  [ConditionSchema, { type: 'condition' }],
  [CalendarSchema, { type: 'calendar' }],
  [JsonSchema, { type: 'json' }],
])

type Reader = (schema: z.core.$ZodType, inner: Inner, depth: number) => Shape

const unwrapped: Reader = (_, { innerType }, depth) => shapeOf(innerType, depth)

/** By zod's name of the schema's type. */
const READERS: Readonly<Record<string, Reader>> = {
  optional: unwrapped,
  default: unwrapped,
  nullable: (_, { innerType }, depth) => nullableShape(shapeOf(innerType, depth)),
  string: (schema) => ({ type: 'text', format: formatOf(schema), limits: limitsOf(schema) }),
  number: (schema) => ({ type: 'number', limits: limitsOf(schema), isWhole: isWhole(schema) }),
  boolean: () => ({ type: 'yesNo' }),
  enum: (_, { entries }) => ({ type: 'choice', options: Object.values(entries).map(String) }),
  literal: (_, { values }) =>
    values.every((value) => typeof value === 'string')
      ? { type: 'choice', options: values.map(String) }
      : { type: 'json' },
  array: (schema, { element }, depth) => ({
    type: 'list',
    item: shapeOf(element, depth + 1),
    limits: limitsOf(schema),
  }),
  object: (schema, _, depth) => ({ type: 'object', members: membersOf(schema, depth) }),
  record: (schema, { valueType }, depth) => ({
    type: 'mapping',
    value: shapeOf(valueType, depth + 1),
    limits: limitsOf(schema),
  }),
  union: (_, inner, depth) => unionShape(inner, depth),
}

function readShape(schema: z.core.$ZodType, depth: number): Shape {
  const own = OWN.get(schema)
  if (own) return own
  const inner = innerOf(schema)
  return READERS[inner.type]?.(schema, inner, depth) ?? { type: 'json' }
}

/** Texts that may be null are ways to go, wherever they stand. */
function nullableShape(shape: Shape): Shape {
  return shape.type === 'text' ? { type: 'node' } : shape
}

function isWhole(schema: z.core.$ZodType): boolean {
  return checksOf(schema).some(
    ({ check, format }) => check === 'number_format' && format !== 'float',
  )
}

function formatOf(schema: z.core.$ZodType): TextFormat {
  for (const { format, pattern } of checksOf(schema)) {
    if (format === 'duration') return 'duration'
    if (pattern === undefined) continue
    if (pattern.source === EVENT_TYPE_PATTERN.source) return 'event'
    if (pattern.source === CHANNEL_KIND_PATTERN.source) return 'channel'
    if (pattern.source === PURPOSE_PATTERN.source) return 'purpose'
    if (pattern.source.startsWith(WORKFLOW_ID)) return 'workflow'
  }
  return 'plain'
}

function unionShape({ options, discriminator }: Inner, depth: number): Shape {
  const shapes = options.map((option) => shapeOf(option, depth + 1))
  // "A text or a list of texts" is a list; "a number or a text that gives one" is a text.
  const list = shapes.find((shape) => shape.type === 'list')
  if (list && shapes.every(({ type }) => type === 'list' || type === 'text')) return list
  const text = shapes.find((shape) => shape.type === 'text')
  if (text && shapes.every(({ type }) => type === 'number' || type === 'text')) return text
  const forms = options.flatMap((option, index) =>
    formsOf(option, shapes[index] ?? { type: 'json' }, discriminator),
  )
  return { type: 'forms', forms }
}

function formsOf(schema: z.core.$ZodType, shape: Shape, discriminator: string | undefined): Form[] {
  if (shape.type === 'choice') {
    return shape.options.map((name) => ({ name, shape: null, start: name, fixed: {} }))
  }
  if (shape.type !== 'object') {
    return [{ name: shape.type, shape, start: emptyOf(shape), fixed: {} }]
  }
  const fixed = fixedIn(schema)
  const members = shape.members.filter(({ name }) => !Object.hasOwn(fixed, name))
  const kind = discriminator === undefined ? undefined : fixed[discriminator]
  const name = typeof kind === 'string' ? kind : (shape.members[0]?.name ?? 'object')
  const own = { ...shape, members }
  const start = { ...fixed, ...(emptyOf(own) as JsonObject) }
  return [{ name, shape: members.length === 0 ? null : own, start, fixed }]
}

/** Members of an object that can have one value only. */
function fixedIn(schema: z.core.$ZodType): JsonObject {
  const literals = Object.entries(innerOf(schema).shape ?? {}).flatMap(([name, member]) => {
    const { type, values } = innerOf(member)
    return type === 'literal' && values.length === 1 ? [[name, values[0]] as const] : []
  })
  return Object.fromEntries(literals) as JsonObject
}
