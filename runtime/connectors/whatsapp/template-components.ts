// A template between our form and Meta's components, both ways.

import { z } from 'zod'
import type { JsonObject } from '#machines/contracts/json.ts'
import {
  areNamed,
  placeholdersIn,
  type TemplateButton,
  type TemplateContent,
  type TemplateDraft,
  type TemplateHeaderPart,
} from '#machines/contracts/whatsapp-template.ts'

/**
 * The body of `POST /<business account id>/message_templates`.
 * @param handle Meta's handle of the uploaded example of a header's file
 */
export function toMetaTemplate(draft: TemplateDraft, handle: string | null): JsonObject {
  const { name, language, category, body, header, footer, buttons } = draft
  const variables = placeholdersIn(body)
  const isNamed = areNamed([...variables, ...headerVariables(header)])
  const components = [
    ...(header ? [headerComponent(header, { isNamed, handle })] : []),
    bodyComponent(draft, variables, isNamed),
    ...(footer === null ? [] : [{ type: 'FOOTER', text: footer }]),
    ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons: buttons.map(buttonPart) }]),
  ]
  const format = isNamed ? 'NAMED' : 'POSITIONAL'
  return { name, language, category, parameter_format: format, components }
}

function headerVariables(header: TemplateHeaderPart | null): string[] {
  return header?.type === 'text' ? placeholdersIn(header.text) : []
}

function headerComponent(
  header: TemplateHeaderPart,
  { isNamed, handle }: { isNamed: boolean; handle: string | null },
): JsonObject {
  if (header.type === 'location') return { type: 'HEADER', format: 'LOCATION' }
  if (header.type !== 'text') {
    const example = { header_handle: [handle ?? header.handle ?? ''] }
    return { type: 'HEADER', format: header.type.toUpperCase(), example }
  }
  const [name] = placeholdersIn(header.text)
  const given = header.example ?? ''
  const example: JsonObject = isNamed
    ? { header_text_named_params: [{ param_name: name ?? '', example: given }] }
    : { header_text: [given] }
  return {
    type: 'HEADER',
    format: 'TEXT',
    text: header.text,
    ...(name !== undefined && { example }),
  }
}

function bodyComponent(
  { body, examples }: TemplateContent,
  variables: string[],
  isNamed: boolean,
): JsonObject {
  const exampleOf = (name: string): string => examples[name] ?? ''
  const example: JsonObject = isNamed
    ? {
        body_text_named_params: variables.map((name) => ({
          param_name: name,
          example: exampleOf(name),
        })),
      }
    : { body_text: [variables.map(exampleOf)] }
  return { type: 'BODY', text: body, ...(variables.length > 0 && { example }) }
}

function buttonPart(button: TemplateButton): JsonObject {
  switch (button.type) {
    case 'quick_reply':
      return { type: 'QUICK_REPLY', text: button.text }
    case 'phone_number':
      return { type: 'PHONE_NUMBER', text: button.text, phone_number: button.phone }
    case 'copy_code':
      return { type: 'COPY_CODE', example: button.example }
    default: {
      const { text, url, example } = button
      const ends = placeholdersIn(url).length > 0
      return { type: 'URL', text, url, ...(ends && { example: [example ?? ''] }) }
    }
  }
}

const Words = z.string().max(5000).default('')
const NamedExamples = z
  .array(z.looseObject({ param_name: z.string().max(100), example: z.string().max(5000) }))
  .optional()
const ButtonSchema = z.looseObject({
  type: z.string(),
  text: Words,
  url: Words,
  phone_number: Words,
  example: z.union([z.string(), z.array(z.string())]).optional(),
})
const ComponentSchema = z.looseObject({
  type: z.string(),
  format: z.string().optional(),
  text: Words,
  example: z
    .looseObject({
      header_text: z.array(z.string()).optional(),
      header_text_named_params: NamedExamples,
      header_handle: z.array(z.string()).optional(),
      body_text: z.array(z.array(z.string())).optional(),
      body_text_named_params: NamedExamples,
    })
    .optional(),
  buttons: z.array(ButtonSchema).default([]),
})
type Component = z.infer<typeof ComponentSchema>

export interface ReadContent {
  content: TemplateContent
  /** Names of parts that our form does not have. */
  otherParts: string[]
}

/** Reads Meta's components; what our form does not have is named. */
export function fromMetaComponents(given: readonly unknown[]): ReadContent {
  const components = given.flatMap((one) => ComponentSchema.safeParse(one).data ?? [])
  const part = (type: string): Component | undefined =>
    components.find((component) => component.type.toUpperCase() === type)
  const body = part('BODY')
  const read = (part('BUTTONS')?.buttons ?? []).map(readButton)
  const header = part('HEADER')
  const known = new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS'])
  return {
    content: {
      header: header ? readHeader(header) : null,
      body: body?.text ?? '',
      examples: body ? readExamples(body) : {},
      footer: part('FOOTER')?.text || null,
      buttons: read.flatMap((one) => (typeof one === 'string' ? [] : [one])),
    },
    otherParts: [
      ...components.map(({ type }) => type.toUpperCase()).filter((type) => !known.has(type)),
      ...read.filter((one) => typeof one === 'string'),
    ],
  }
}

const FILES = ['image', 'video', 'document'] as const

function readHeader({ format = 'TEXT', text, example }: Component): TemplateHeaderPart | null {
  const type = format.toLowerCase()
  if (type === 'location') return { type }
  if (type === 'text') return { type, text, example: headerExample(example) }
  const file = FILES.find((known) => known === type)
  if (!file) return null
  return { type: file, handle: example?.header_handle?.[0]?.slice(0, 5000) ?? null, mediaId: null }
}

function headerExample(example: Component['example']): string | null {
  return example?.header_text?.[0] ?? example?.header_text_named_params?.[0]?.example ?? null
}

function readExamples({ text, example }: Component): Record<string, string> {
  const named = example?.body_text_named_params ?? []
  if (named.length > 0) {
    return Object.fromEntries(named.map(({ param_name: name, example: given }) => [name, given]))
  }
  const values = example?.body_text?.[0] ?? []
  return Object.fromEntries(placeholdersIn(text).map((name, at) => [name, values[at] ?? '']))
}

/** A button, or the name of a kind that our form does not have. */
function readButton(button: z.infer<typeof ButtonSchema>): TemplateButton | string {
  const { type, text, url, phone_number: phone } = button
  const example = Array.isArray(button.example) ? button.example[0] : button.example
  switch (type.toUpperCase()) {
    case 'QUICK_REPLY':
      return { type: 'quick_reply', text }
    case 'URL':
      return { type: 'url', text, url, example: example ?? null }
    case 'PHONE_NUMBER':
      return { type: 'phone_number', text, phone: phone.slice(0, 40) }
    case 'COPY_CODE':
      return { type: 'copy_code', example: example ?? '' }
    default:
      return `BUTTON_${type.toUpperCase()}`
  }
}
