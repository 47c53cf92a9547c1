// What fills the places of a WhatsApp template beside those of its body: header and buttons.

import { z } from 'zod'
import type { TemplateButtonValue, TemplateHeader } from '../contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '../contracts/whatsapp-limits.ts'
import type { Scope } from '../expression/scope.ts'
import { compileTemplate } from '../expression/template.ts'
import { compileFile, FILE_FIELDS, hasOneFile, ONE_FILE } from './file-fields.ts'
import { areDistinct, compileOptional, limitedText } from './send-fields.ts'

const { template, filename, link, contacts } = WHATSAPP_LIMITS

/** Degrees, or a text that gives them when it is rendered. */
const degrees = z.union([z.number(), z.string().min(1).max(200)])
const file = (type: 'image' | 'video') =>
  z.strictObject({ type: z.literal(type), ...FILE_FIELDS }).refine(hasOneFile, ONE_FILE)

export const TEMPLATE_HEADER = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: limitedText(template.header) }),
  file('image'),
  file('video'),
  z
    .strictObject({
      type: z.literal('document'),
      ...FILE_FIELDS,
      filename: limitedText(filename).optional(),
    })
    .refine(hasOneFile, ONE_FILE),
  z.strictObject({
    type: z.literal('location'),
    latitude: degrees,
    longitude: degrees,
    name: limitedText(contacts.field),
    address: limitedText(contacts.field),
  }),
])
type Header = z.infer<typeof TEMPLATE_HEADER>

const index = z
  .int()
  .min(0)
  .max(template.buttons - 1)
const ButtonSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('quick_reply'),
    index,
    payload: limitedText(template.payload),
  }),
  z.strictObject({ type: z.literal('url'), index, suffix: limitedText(link) }),
  z.strictObject({ type: z.literal('copy_code'), index, code: limitedText(template.code) }),
])
type Button = z.infer<typeof ButtonSchema>

export const TEMPLATE_BUTTONS = z
  .array(ButtonSchema)
  .min(1)
  .max(template.buttons)
  .refine((buttons) => areDistinct(buttons.map((button) => String(button.index))), {
    message: 'indexes must differ',
  })

interface Filling {
  header?: Header | undefined
  buttons?: Button[] | undefined
}

/** Compiles both; what is left out stays out of the command. */
export function compileFilling({ header, buttons }: Filling) {
  const makeHeader = header && compileHeader(header)
  const makeButtons = buttons?.map(compileButton)
  return (scope: Scope): { header?: TemplateHeader; buttons?: TemplateButtonValue[] } => ({
    ...(makeHeader && { header: makeHeader(scope) }),
    ...(makeButtons && { buttons: makeButtons.map((make) => make(scope)) }),
  })
}

/** Their texts by field, for the checks. */
export function textsOfFilling({ header, buttons = [] }: Filling): Record<string, string> {
  const { type: _type, ...fields } = header ?? { type: null }
  const texts = [
    ...Object.entries(fields).map(([name, value]) => [`.header.${name}`, value]),
    ...buttons.map((button, at) => {
      const { name, source } = sourceOf(button)
      return [`.buttons[${at}].${name}`, source]
    }),
  ]
  return Object.fromEntries(texts.filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >
}

function compileHeader(header: Header): (scope: Scope) => TemplateHeader {
  switch (header.type) {
    case 'text': {
      const text = compileTemplate(header.text)
      return (scope) => ({ type: 'text', text: text.render(scope) })
    }
    case 'location':
      return compileLocation(header)
    case 'document': {
      const source = compileFile(header)
      const name = compileOptional(header.filename)
      return (scope) => ({ type: 'document', ...source(scope), filename: name(scope) })
    }
    default: {
      const source = compileFile(header)
      return (scope) => ({ type: header.type, ...source(scope) })
    }
  }
}

function compileLocation(header: Extract<Header, { type: 'location' }>) {
  const latitude = compileTemplate(String(header.latitude))
  const longitude = compileTemplate(String(header.longitude))
  const name = compileTemplate(header.name)
  const address = compileTemplate(header.address)
  return (scope: Scope): TemplateHeader => ({
    type: 'location',
    latitude: Number(latitude.render(scope)),
    longitude: Number(longitude.render(scope)),
    name: name.render(scope),
    address: address.render(scope),
  })
}

function compileButton(button: Button): (scope: Scope) => TemplateButtonValue {
  const text = compileTemplate(sourceOf(button).source)
  switch (button.type) {
    case 'quick_reply':
      return (scope) => ({ index: button.index, type: 'quick_reply', payload: text.render(scope) })
    case 'url':
      return (scope) => ({ index: button.index, type: 'url', suffix: text.render(scope) })
    default:
      return (scope) => ({ index: button.index, type: 'copy_code', code: text.render(scope) })
  }
}

function sourceOf(button: Button): { name: string; source: string } {
  if (button.type === 'quick_reply') return { name: 'payload', source: button.payload }
  return button.type === 'url'
    ? { name: 'suffix', source: button.suffix }
    : { name: 'code', source: button.code }
}
