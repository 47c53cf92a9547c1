// Node `contact.upsert`: writes fields of the contact from the event; tags are added.

import { z } from 'zod'
import { type Consents, type ContactPatch, PURPOSE_PATTERN } from '../contracts/contact.ts'
import { isJsonObject, type Json, JsonSchema } from '../contracts/json.ts'
import { NodeBaseSchema } from '../contracts/workflow.ts'
import { compileValue, textOf, type Value } from '../expression/value.ts'
import type { Scope } from '../expression/scope.ts'
import { defineNodeKind, errorPort, expressionsIn, nextPort } from './node-kind.ts'

const Schema = NodeBaseSchema.extend({
  type: z.literal('contact.upsert'),
  /**
   * Field of the contact to value: `{"name": "$.payload.name"}`; `consents` holds yes or no by purpose, unknown keys
   * go to the tenant's own fields.
   */
  map: z.record(z.string().min(1).max(100), JsonSchema),
}).strict()

/** The seed writes `phone` and `phone_e164` for the same thing. */
const TEXT_FIELDS: Record<string, 'name' | 'phone' | 'email'> = {
  name: 'name',
  phone: 'phone',
  phone_e164: 'phone',
  email: 'email',
}

export const contactUpsert = defineNodeKind<z.infer<typeof Schema>>({
  type: 'contact.upsert',
  description: {
    'pt-BR': 'Grava dados no contato, criando-o se for novo',
    en: 'Writes data to the contact, creating it when new',
  },
  icon: 'contact',
  schema: Schema,
  form: [{ field: 'map', control: 'mapping', label: { 'pt-BR': 'Campos', en: 'Fields' } }],
  needs: () => ({}),
  ports: (node) => [nextPort(node), ...errorPort(node)],
  lower: () => ({ shape: 'effect' }),
  behave: (node) => {
    const fields = Object.entries(node.map).map(
      ([key, value]) => [key, compileValue(value)] as const,
    )
    return { command: (scope) => ({ kind: 'contact.upsert', patch: patchOf(fields, scope) }) }
  },
  expressions: (node) => expressionsIn(node.map, '.map'),
  summarize: (node) => Object.keys(node.map).join(', '),
})

function patchOf(fields: (readonly [string, Value])[], scope: Scope): ContactPatch {
  const patch: ContactPatch = {}
  const own: [string, Json][] = []
  for (const [key, value] of fields) {
    const result = value(scope)
    // An absent source must not erase what is known.
    if (result === undefined || result === null || result === '') continue
    const field = Object.hasOwn(TEXT_FIELDS, key) ? TEXT_FIELDS[key] : undefined
    if (field) patch[field] = textOf(result)
    else if (key === 'tags') patch.tags = [result].flat().map((tag) => textOf(tag))
    else if (key === 'consents') patch.consents = consentsOf(result)
    else own.push([key, result])
  }
  if (own.length > 0) patch.fields = Object.fromEntries(own)
  return patch
}

/** What agrees or refuses by purpose; anything else says nothing, because a consent is never guessed. */
function consentsOf(value: Json): Consents {
  const said = isJsonObject(value) ? Object.entries(value) : []
  return Object.fromEntries(
    said.flatMap(([purpose, granted]) =>
      PURPOSE_PATTERN.test(purpose) && typeof granted === 'boolean' ? [[purpose, granted]] : [],
    ),
  )
}
