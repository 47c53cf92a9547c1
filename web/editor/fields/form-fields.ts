// The form of a kind: its fields in the order in which people are asked, from the kind's hints and its schema.

import type { z } from 'zod'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { FormHint, Localized } from '#machines/nodes/node-kind.ts'
import { membersOf } from './shape-of.ts'
import type { Member } from './shape.ts'

export interface FormField extends Member {
  /** Null where the kind gives no hint: the name's own words stand in `fields-texts.ts`. */
  label: Localized | null
  control: FormHint['control'] | null
}

export interface FormFields {
  main: readonly FormField[]
  /** What is rarely needed. */
  more: readonly FormField[]
  /** Where it goes on. */
  ways: readonly FormField[]
  /** Fields that the document has and the kind does not know. */
  foreign: readonly string[]
}

export interface FormKind {
  schema: z.ZodType
  form: readonly FormHint[]
}

/** Shown around the form, not in it. */
const FRAME: ReadonlySet<string> = new Set(['id', 'type', 'parent', 'label'])
const LAST_WAYS = ['onError']

/** @param body the node or trigger as it stands in the document */
export function formFieldsOf({ schema, form }: FormKind, body: JsonObject): FormFields {
  const members = new Map(membersOf(schema).map((member) => [member.name, member]))
  const hinted = form.flatMap(({ field, label, control }): FormField[] => {
    const member = members.get(field)
    return member ? [{ ...member, label, control }] : []
  })
  const named = new Set(hinted.map(({ name }) => name))
  const others = [...members.values()]
    .filter(({ name }) => !named.has(name) && !FRAME.has(name))
    .map((member): FormField => ({ ...member, label: null, control: null }))
  const all = [...hinted, ...others]
  const isMain = ({ name, isRequired }: FormField) => named.has(name) || isRequired
  const inForm = all.filter((field) => !isWay(field))
  return {
    main: inForm.filter(isMain),
    more: inForm.filter((field) => !isMain(field)),
    ways: all.filter(isWay).toSorted((a, b) => rankOf(a) - rankOf(b)),
    foreign: Object.keys(body).filter((name) => !members.has(name) && !FRAME.has(name)),
  }
}

function isWay({ shape, control }: FormField): boolean {
  return shape.type === 'node' || control === 'node'
}

/** The usual way first, failure last. */
function rankOf({ name }: FormField): number {
  if (name === 'next') return 0
  return LAST_WAYS.includes(name) ? 2 : 1
}
