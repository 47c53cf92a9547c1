// What stands above a template's body: a text with its one variable, a file, a place.

import type { TemplateHeader } from '#machines/contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import {
  areNamed,
  placeholdersIn,
  type TemplateContent,
} from '#machines/contracts/whatsapp-template.ts'
import { type BodyResult, misfit, refuse } from './body-result.ts'
import { fileContent, type IdOf } from './media-body.ts'
import { type Components, oneLine, type TemplateCommand } from './template-values.ts'

/** @param content what the template says; null where it is not known, then what is given goes as it is */
export function headerComponent(
  command: TemplateCommand,
  content: TemplateContent | null,
  idOf: IdOf,
): Components {
  const header = command.header ?? fromVars(command, content)
  const refusal = content && disagreement(header, content)
  if (refusal) return refusal
  if (!header) return { ok: true, components: [] }
  const variables = content?.header?.type === 'text' ? placeholdersIn(content.header.text) : []
  const parameter = parameterOf(header, variables, idOf)
  return parameter.ok
    ? { ok: true, components: [{ type: 'header', parameters: [parameter.body] }] }
    : parameter
}

/** A header's variable that goes by name may be among the body's. */
function fromVars(
  { vars }: TemplateCommand,
  content: TemplateContent | null,
): TemplateHeader | null {
  if (content?.header?.type !== 'text') return null
  const [name] = placeholdersIn(content.header.text)
  if (name === undefined || !areNamed([name])) return null
  const text = Object.hasOwn(vars, name) ? vars[name] : undefined
  return text === undefined ? null : { type: 'text', text }
}

/** Why what is given does not fit what the template has. */
function disagreement(
  header: TemplateHeader | null,
  { header: part }: TemplateContent,
): Extract<BodyResult, { ok: false }> | null {
  const needs = part === null || (part.type === 'text' && placeholdersIn(part.text).length === 0)
  if (needs && header) {
    return refuse('WHATSAPP_TEMPLATE_HEADER', 'header: this template has none to be filled')
  }
  if (needs || header?.type === part.type) return null
  return refuse('WHATSAPP_TEMPLATE_HEADER', `header: this template needs one of type ${part.type}`)
}

function parameterOf(header: TemplateHeader, variables: string[], idOf: IdOf): BodyResult {
  if (header.type === 'text') return textParameter(header.text, variables)
  if (header.type === 'location') return locationParameter(header)
  const file = fileContent(header, 'header.', idOf)
  if (!file.ok) return file
  const filename = header.type === 'document' && header.filename ? header.filename : null
  return {
    ok: true,
    body: {
      type: header.type,
      [header.type]: { ...file.body, ...(filename && { filename: filename.toWellFormed() }) },
    },
  }
}

function textParameter(given: string, variables: string[]): BodyResult {
  const text = oneLine(given)
  const error = misfit([{ field: 'header.text', text, max: WHATSAPP_LIMITS.template.header }])
  if (error) return { ok: false, error }
  const [name] = variables
  const isNamed = name !== undefined && areNamed([name])
  return { ok: true, body: { type: 'text', ...(isNamed && { parameter_name: name }), text } }
}

function locationParameter(header: Extract<TemplateHeader, { type: 'location' }>): BodyResult {
  const { latitude, longitude, name, address } = header
  for (const [field, value, most] of [
    ['latitude', latitude, 90],
    ['longitude', longitude, 180],
  ] as const) {
    // What JSON kept of a number that is none is null.
    if (!Number.isFinite(value) || Math.abs(value) > most) {
      return refuse('WHATSAPP_FIELD_INVALID', `header.${field}: not in degrees`)
    }
  }
  const max = WHATSAPP_LIMITS.contacts.field
  const error = misfit([
    { field: 'header.name', text: name, max },
    { field: 'header.address', text: address, max },
  ])
  if (error) return { ok: false, error }
  const location = {
    latitude: String(latitude),
    longitude: String(longitude),
    name: oneLine(name),
    address: oneLine(address),
  }
  return { ok: true, body: { type: 'location', location } }
}
