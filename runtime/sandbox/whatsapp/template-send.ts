// A template that is sent, against what was registered or created: existence, status, parameters of each part.

import { z } from 'zod'
import {
  areNamed,
  PLACEHOLDER,
  placeholdersIn,
  type TemplateContent,
} from '#machines/contracts/whatsapp-template.ts'
import { fromMetaComponents } from '../../connectors/whatsapp/template-components.ts'
import type { GraphError } from './graph-error.ts'
import type { SandboxNumber } from './record.ts'
import { FileSchema } from './send-shapes.ts'
import type { SandboxState } from './store.ts'

const Parameter = z.looseObject({
  type: z.string(),
  text: z.string().min(1).max(1024).optional(),
  parameter_name: z.string().optional(),
  image: FileSchema.optional(),
  video: FileSchema.optional(),
  document: FileSchema.optional(),
})
const Component = z.looseObject({
  type: z.string(),
  sub_type: z.string().optional(),
  index: z.union([z.string(), z.number()]).optional(),
  parameters: z.array(Parameter).default([]),
})
export const TemplateSendSchema = z.looseObject({
  name: z.string().min(1),
  language: z.looseObject({ code: z.string().min(2) }),
  components: z.array(Component).default([]),
})
type TemplateSend = z.infer<typeof TemplateSendSchema>

interface Known {
  content: TemplateContent
  status: string
}

/** Where the number was registered without a list and nothing was created, every template is taken. */
export function checkTemplateSend(
  send: TemplateSend,
  number: SandboxNumber,
  state: SandboxState,
): GraphError | null {
  const { name, language } = send
  const known = knownTemplate(send, number, state)
  if (!known) {
    if (!number.templates) return null
    return { code: 132001, details: `template name (${name}) does not exist in ${language.code}` }
  }
  const { status, content } = known
  if (status === 'PAUSED') return { code: 132015, details: `template ${name} is paused` }
  if (status === 'DISABLED') return { code: 132016, details: `template ${name} is disabled` }
  if (status !== 'APPROVED') {
    return { code: 132001, details: `template ${name} is not approved (${status})` }
  }
  return bodyError(send, content) ?? headerError(send, content) ?? buttonError(send, content)
}

/** The words as a person reads them. */
export function textOfTemplate(
  send: TemplateSend,
  number: SandboxNumber,
  state: SandboxState,
): string {
  const parameters = partOf(send, 'body')?.parameters ?? []
  const values = parameters.map(({ text }) => text ?? '')
  const known = knownTemplate(send, number, state)
  if (!known) return `[${send.name}] ${values.join(', ')}`.trim()
  const named = new Map(parameters.map((one) => [one.parameter_name, one.text ?? '']))
  return known.content.body.replace(
    PLACEHOLDER,
    (_all, name: string) => named.get(name) ?? values[Number(name) - 1] ?? '',
  )
}

function knownTemplate(
  { name, language }: TemplateSend,
  number: SandboxNumber,
  { templates }: SandboxState,
): Known | null {
  const isIt = (one: { name: string; language: string }): boolean =>
    one.name === name && one.language === language.code
  const wabaId = number.wabaId ?? `waba-${number.phoneNumberId}`
  const created = [...templates.values()].find((one) => one.wabaId === wabaId && isIt(one))
  if (created) {
    const { content } = fromMetaComponents(created.components)
    return { content, status: created.status }
  }
  const registered = number.templates?.find(isIt)
  if (!registered) return null
  const { body } = registered
  return {
    content: { header: null, body, examples: {}, footer: null, buttons: [] },
    status: 'APPROVED',
  }
}

function partOf({ components }: TemplateSend, type: string) {
  return components.find((component) => component.type.toLowerCase() === type)
}

function bodyError(send: TemplateSend, { body }: TemplateContent): GraphError | null {
  const expected = placeholdersIn(body)
  const parameters = partOf(send, 'body')?.parameters ?? []
  if (parameters.length !== expected.length) {
    const details = `body: number of localizable_params (${parameters.length}) does not match the expected number of params (${expected.length})`
    return { code: 132000, details }
  }
  if (!areNamed(expected)) return null
  const given = new Set(parameters.map(({ parameter_name: name }) => name))
  const missing = expected.find((name) => !given.has(name))
  return missing === undefined
    ? null
    : { code: 132012, details: `body: Parameter name ${missing} is missing` }
}

function headerError(send: TemplateSend, { header }: TemplateContent): GraphError | null {
  const parameter = partOf(send, 'header')?.parameters[0]
  const isFixed =
    header === null || (header.type === 'text' && placeholdersIn(header.text).length === 0)
  if (isFixed) {
    return parameter ? { code: 132000, details: 'header: no parameter is expected' } : null
  }
  if (parameter?.type.toLowerCase() === header.type) return null
  const given = parameter?.type ?? 'UNKNOWN'
  return {
    code: 132012,
    details: `header: Format mismatch, expected ${header.type.toUpperCase()}, received ${given}`,
  }
}

function buttonError(send: TemplateSend, { buttons }: TemplateContent): GraphError | null {
  const given = send.components.filter(({ type }) => type.toLowerCase() === 'button')
  for (const [index, button] of buttons.entries()) {
    const isNeeded =
      button.type === 'copy_code' ||
      (button.type === 'url' && placeholdersIn(button.url).length > 0)
    const value = given.find((one) => Number(one.index) === index)
    if (isNeeded && !value?.parameters.length) {
      return { code: 131008, details: `buttons: Button at index ${index} requires a parameter` }
    }
    if (value && value.sub_type?.toLowerCase() !== button.type) {
      return { code: 132012, details: `buttons: Button at index ${index} is of another type` }
    }
  }
  return null
}
