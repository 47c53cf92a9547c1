// The language of workflows on one page, for a reader that writes documents: every kind of node and trigger with its
// fields, made from the same schemas that the checks use.

import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import type { NodeKind } from '../nodes/node-kind.ts'
import { NODE_KINDS, TRIGGER_KINDS } from '../nodes/registry.ts'
import type { TriggerKind } from '../nodes/trigger-kind.ts'

/** Said once for all of them. */
const COMMON: ReadonlySet<string> = new Set(['id', 'type', 'next', 'onError', 'parent', 'label'])
const COMMON_TRIGGER: ReadonlySet<string> = new Set(['type', 'reentry', 'priority', 'exclusive'])
const MAX_DEPTH = 5

/** One line for each kind: `type — description | field*: what it takes`. A star marks what must be there. */
export function kindGuide(): { nodes: string[]; triggers: string[] } {
  return {
    nodes: NODE_KINDS.map((kind) => lineOf(kind, COMMON)),
    triggers: TRIGGER_KINDS.map((kind) => lineOf(kind, COMMON_TRIGGER)),
  }
}

function lineOf(
  { type, description, schema }: Pick<NodeKind | TriggerKind, 'type' | 'description' | 'schema'>,
  common: ReadonlySet<string>,
): string {
  const fields = fieldsOf(schemaOf(schema), common, 0)
  return `${type} — ${description['pt-BR']}${fields === '' ? '' : ` | ${fields}`}`
}

function schemaOf(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonObject
}

function fieldsOf(schema: JsonObject, without: ReadonlySet<string>, depth: number): string {
  const { properties, required } = schema
  if (!isJsonObject(properties)) return ''
  const needed = Array.isArray(required) ? required : []
  return Object.entries(properties)
    .filter(([name]) => !without.has(name))
    .map(([name, property]) => {
      const star = needed.includes(name) ? '*' : ''
      return `${name}${star}: ${shapeOf(property, depth + 1)}`
    })
    .join('; ')
}

const NOTHING: ReadonlySet<string> = new Set()

/** A schema in a few words. */
function shapeOf(schema: Json, depth: number): string {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return 'json'
  const { type, items, pattern } = schema
  const choices = schema['enum']
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join('|')
  const ways = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(ways)) {
    return [...new Set(ways.map((way) => shapeOf(way, depth + 1)))].join(' | ')
  }
  if (type === 'array') return `[${shapeOf(items ?? {}, depth + 1)}]`
  if (type === 'object') return objectShape(schema, depth)
  if (type === 'string' && typeof pattern === 'string' && pattern.length <= 40) {
    return `texto /${pattern}/`
  }
  return typeof type === 'string' ? (WORDS[type] ?? type) : 'json'
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'texto',
  number: 'número',
  integer: 'inteiro',
  boolean: 'true|false',
}

function objectShape(schema: JsonObject, depth: number): string {
  const fields = fieldsOf(schema, NOTHING, depth)
  if (fields !== '') return `{${fields}}`
  const values = schema['additionalProperties']
  return isJsonObject(values) ? `{nome: ${shapeOf(values, depth + 1)}}` : 'json'
}
