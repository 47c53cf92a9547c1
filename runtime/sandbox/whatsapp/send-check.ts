// Checks a send the way Meta does: what it refuses, with its code and the parameter named.

import { z } from 'zod'
import type { SandboxNumber } from '../record.ts'
import type { GraphError } from './graph-error.ts'

const Parameter = z.looseObject({ type: z.string(), text: z.string().min(1).max(1024).optional() })
const Component = z.looseObject({ type: z.string(), parameters: z.array(Parameter).default([]) })

const Common = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.enum(['individual', 'group']).optional(),
  to: z.string().regex(/^\+?[1-9]\d{6,14}$/),
  biz_opaque_callback_data: z.string().max(512).optional(),
})
const Other = z.looseObject({})

const SendSchema = z.discriminatedUnion('type', [
  Common.extend({
    type: z.literal('text'),
    text: z.looseObject({ body: z.string().min(1).max(4096), preview_url: z.boolean().optional() }),
  }),
  Common.extend({
    type: z.literal('template'),
    template: z.looseObject({
      name: z.string().min(1),
      language: z.looseObject({ code: z.string().min(2) }),
      components: z.array(Component).default([]),
    }),
  }),
  Common.extend({ type: z.literal('interactive'), interactive: Other }),
  Common.extend({ type: z.literal('image'), image: Other }),
  Common.extend({ type: z.literal('video'), video: Other }),
  Common.extend({ type: z.literal('audio'), audio: Other }),
  Common.extend({ type: z.literal('document'), document: Other }),
  Common.extend({ type: z.literal('sticker'), sticker: Other }),
  Common.extend({ type: z.literal('location'), location: Other }),
  Common.extend({ type: z.literal('contacts'), contacts: z.array(Other) }),
  Common.extend({ type: z.literal('reaction'), reaction: Other }),
])
export type Send = z.infer<typeof SendSchema>

export type SendCheck = { ok: true; send: Send } | { ok: false; error: GraphError }

/** Checks a body against the Cloud API's rules and the templates that the number has, if it has a list. */
export function checkSend(body: unknown, number: SandboxNumber): SendCheck {
  const parsed = SendSchema.safeParse(typeFilledIn(body))
  if (!parsed.success) return { ok: false, error: toGraphError(parsed.error) }
  const error = parsed.data.type === 'template' ? templateError(parsed.data, number) : null
  return error ? { ok: false, error } : { ok: true, send: parsed.data }
}

/** The words of a send as a person reads them; a template's with its parameters in place. */
export function textOfSend(send: Send, number: SandboxNumber): string {
  if (send.type === 'text') return send.text.body
  if (send.type !== 'template') return `[${send.type}]`
  const values = bodyParameters(send)
  const template = templateOf(send, number)
  if (!template) return `[${send.template.name}] ${values.join(', ')}`.trim()
  return template.body.replace(
    /\{\{(\d+)\}\}/g,
    (_match, index: string) => values[Number(index) - 1] ?? '',
  )
}

type TemplateSend = Extract<Send, { type: 'template' }>

/** Meta takes a body without `type` for a text. */
function typeFilledIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && !('type' in body)
    ? { ...body, type: 'text' }
    : body
}

function templateError(send: TemplateSend, number: SandboxNumber): GraphError | null {
  if (!number.templates) return null
  const { name, language } = send.template
  const template = templateOf(send, number)
  if (!template) {
    return { code: 132001, details: `template name (${name}) does not exist in ${language.code}` }
  }
  const expected = new Set(template.body.match(/\{\{\d+\}\}/g)).size
  const given = bodyParameters(send).length
  if (expected === given) return null
  const details = `body: number of localizable_params (${given}) does not match the expected number of params (${expected})`
  return { code: 132000, details }
}

function templateOf({ template }: TemplateSend, number: SandboxNumber) {
  return number.templates?.find(
    ({ name, language }) => name === template.name && language === template.language.code,
  )
}

function bodyParameters({ template }: TemplateSend): string[] {
  const body = template.components.find(({ type }) => type.toLowerCase() === 'body')
  return (body?.parameters ?? []).map(({ text }) => text ?? '')
}

function toGraphError(error: z.ZodError): GraphError {
  const issue = error.issues[0]
  const parameter = issue?.path.join('.') ?? ''
  const missing = issue?.code === 'invalid_type' && issue.message.includes('undefined')
  const details = missing
    ? `Parameter '${parameter}' is required.`
    : `Param ${parameter}: ${issue?.message ?? 'not valid'}`
  return { code: missing ? 131008 : 100, details }
}
