// Which control shows a field: by its kind's hint, else by the shape of its schema.

import type { FormHint } from '#machines/nodes/node-kind.ts'
import type { Json } from '#machines/contracts/json.ts'
import type { Shape } from './shape.ts'
import { fits } from './shape-values.ts'

export type ControlName =
  | 'calendar'
  | 'cases'
  | 'channel'
  | 'choice'
  | 'condition'
  | 'cron'
  | 'duration'
  | 'event'
  | 'forms'
  | 'json'
  | 'list'
  | 'mapping'
  | 'node'
  | 'number'
  | 'object'
  | 'occurrence'
  | 'subflowInput'
  | 'template'
  | 'templateName'
  | 'templateVars'
  | 'text'
  | 'value'
  | 'workflow'
  | 'yesNo'

export interface FieldFacts {
  /** Type of the node or the trigger. */
  kind: string
  name: string
  shape: Shape
  control: FormHint['control'] | null
  value: Json | undefined
}

/** What is no template, though its schema measures it as one is measured. */
const VALUES: ReadonlySet<string> = new Set(['on', 'items', 'value', 'until'])
/** Texts with placeholders that stand inside lists and objects. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['tags', 'headers'])
const SENDS_TEMPLATE = /^(whatsapp|email)\.send_template$/

/** A value that its control would lose is shown as JSON. */
export function controlOf(facts: FieldFacts): ControlName {
  const { shape, control, value } = facts
  if (!fits(value, shape)) return 'json'
  switch (shape.type) {
    case 'text':
      return textControl(facts)
    case 'mapping':
      return mappingControl(facts)
    case 'object':
      return control === 'mapping' ? 'object' : shape.type
    case 'forms':
      return control === 'calendar' ? 'occurrence' : 'forms'
    case 'json':
      return control === 'textarea' ? 'json' : 'value'
    default:
      return shape.type
  }
}

function textControl({ kind, name, shape, control }: FieldFacts): ControlName {
  if (control === 'node') return 'node'
  if (shape.type !== 'text') return 'text'
  if (shape.format === 'plain') {
    if (name === 'cron' && kind === 'schedule') return 'cron'
    if (name === 'template' && SENDS_TEMPLATE.test(kind)) return 'templateName'
    const isTemplate =
      control === 'template' ||
      control === 'textarea' ||
      VALUES.has(name) ||
      PLACEHOLDERS.has(name) ||
      shape.limits.isRendered
    return isTemplate ? 'template' : 'text'
  }
  return shape.format === 'purpose' ? 'text' : shape.format
}

function mappingControl({ kind, name, shape, control }: FieldFacts): ControlName {
  if (control === 'cases') return 'cases'
  // The JSON schema of `ai.extract` is an object, but nobody thinks of it as names and values.
  if (control === 'textarea') return 'json'
  if (kind === 'subflow' && name === 'input') return 'subflowInput'
  const isVars = name === 'vars' && SENDS_TEMPLATE.test(kind)
  return isVars ? 'templateVars' : shape.type === 'mapping' ? 'mapping' : 'json'
}

/** True where a path such as `$.vars.total` is a value too. */
export function mayBePath(name: string): boolean {
  return VALUES.has(name)
}

/** Lines of their own: long texts, and those that people think of as a message. */
export function isLong(name: string, shape: Shape): boolean {
  if (shape.type !== 'text' || SHORT.has(name)) return false
  return shape.limits.most === null || shape.limits.most > 200
}

const SHORT: ReadonlySet<string> = new Set([
  'channel',
  'emoji',
  'filename',
  'id',
  'items',
  'link',
  'media',
  'mediaId',
  'messageId',
  'on',
  'payload',
  'phone',
  'replyTo',
  'stage',
  'suffix',
  'subject',
  'tags',
  'headers',
  'title',
  'until',
  'url',
  'value',
])

/** One line that needs no width. */
export function isShort(name: string, shape: Shape): boolean {
  if (shape.type === 'number' || shape.type === 'choice') return true
  return shape.type === 'text' && shape.format === 'plain' && !isLong(name, shape)
}

/** Several controls under one label. */
export function isGroup(shape: Shape, control: FormHint['control'] | null): boolean {
  if (control === 'textarea') return false
  return ['list', 'object', 'mapping', 'forms', 'condition', 'calendar'].includes(shape.type)
}

/** Its parts show their problems themselves. */
export function holdsFields(shape: Shape): boolean {
  return ['object', 'list', 'mapping', 'forms'].includes(shape.type)
}
