// Values and shapes: what a new value begins as, which form one has, and whether a control would lose it.

import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import type { Form, Shape } from './shape.ts'

type Of<Type extends Shape['type']> = Extract<Shape, { type: Type }>

const EMPTY: { [Type in Shape['type']]: (shape: Of<Type>) => Json } = {
  list: () => [],
  object: ({ members }) =>
    Object.fromEntries(
      members
        .filter(({ isRequired }) => isRequired)
        .map((member) => [member.name, emptyOf(member.shape)]),
    ),
  mapping: () => ({}),
  calendar: () => ({}),
  yesNo: () => false,
  number: ({ limits }) => limits.least ?? 0,
  choice: ({ options }) => options[0] ?? '',
  forms: ({ forms }) => forms[0]?.start ?? null,
  node: () => null,
  json: () => null,
  condition: () => ({ value: '', op: 'exists' }),
  text: () => '',
}

/** What a new value of this shape begins as. */
export function emptyOf(shape: Shape): Json {
  return (EMPTY[shape.type] as (shape: Shape) => Json)(shape)
}

/** The form that a value has, or null when it has none of them. */
export function formOf(value: Json | undefined, forms: readonly Form[]): Form | null {
  return forms.find((form) => isOfForm(value, form)) ?? null
}

function isOfForm(value: Json | undefined, { shape, start, fixed, name }: Form): boolean {
  if (value === undefined) return false
  if (!isJsonObject(start)) return shape === null ? value === start : fits(value, shape)
  if (!isJsonObject(value)) return false
  const marks = Object.entries(fixed)
  // Without a mark of its own, a form is known by its first member.
  return marks.length > 0
    ? marks.every(([key, mark]) => value[key] === mark)
    : Object.hasOwn(value, name)
}

const FITS: { [Type in Shape['type']]: (value: Json, shape: Of<Type>) => boolean } = {
  text: (value) => typeof value === 'string' || typeof value === 'number',
  number: (value) => typeof value === 'number',
  yesNo: (value) => typeof value === 'boolean',
  choice: (value) => typeof value === 'string',
  node: (value) => typeof value === 'string' || value === null,
  list: (value, { item }) =>
    Array.isArray(value) || (typeof value === 'string' && item.type === 'text'),
  object: isJsonObject,
  calendar: isJsonObject,
  mapping: isJsonObject,
  condition: isJsonObject,
  forms: (value, { forms }) => formOf(value, forms) !== null,
  json: () => true,
}

/** False for a value that the control of this shape could not show without losing it. */
export function fits(value: Json | undefined, shape: Shape): boolean {
  return (
    value === undefined ||
    (FITS[shape.type] as (value: Json, shape: Shape) => boolean)(value, shape)
  )
}
