// A template with everything that fills it: body by name or by number, header, buttons. What the template is known to
// need and what its status is are checked before anything leaves.

import type { EffectError } from '#machines/contracts/event.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { charactersOf, WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import { areNamed, isBlockedStatus, PLACEHOLDER } from '#machines/contracts/whatsapp-template.ts'
import type { ProviderTemplate } from '../connector.ts'
import { type BodyResult, refuse } from './body-result.ts'
import type { IdOf } from './media-body.ts'
import { buttonComponents } from './template-buttons.ts'
import { headerComponent } from './template-header.ts'
import { oneLine, type TemplateCommand } from './template-values.ts'

export function templateContent(
  command: TemplateCommand,
  template: ProviderTemplate | null,
  idOf: IdOf,
): BodyResult {
  if (!template) {
    return refuse('WHATSAPP_TEMPLATE_UNKNOWN', `template: ${command.template} is not known`)
  }
  if (template.status !== undefined && isBlockedStatus(template.status)) {
    const message = `template: ${template.name} cannot be sent, its status is ${template.status}`
    return refuse(`WHATSAPP_TEMPLATE_${template.status}`, message)
  }
  const values = template.variables.map((name) => oneLine(command.vars[name] ?? ''))
  const error = misfitOf(template, values)
  if (error) return { ok: false, error }
  const header = headerComponent(command, template.content ?? null, idOf)
  if (!header.ok) return header
  const buttons = buttonComponents(command, template.content ?? null)
  if (!buttons.ok) return buttons
  const components = [
    ...header.components,
    ...bodyComponent(template, values),
    ...buttons.components,
  ]
  return {
    ok: true,
    body: {
      type: 'template',
      template: {
        name: template.name,
        language: { code: command.language ?? template.language },
        ...(components.length > 0 && { components }),
      },
    },
  }
}

/** What of the body's values Meta would refuse. */
function misfitOf(
  { name, variables, content }: ProviderTemplate,
  values: string[],
): EffectError | null {
  const missing = variables.filter((_name, index) => values[index] === '')
  if (missing.length > 0) {
    const message = `vars: ${missing.join(', ')} missing or empty in template ${name}`
    return { code: 'WHATSAPP_TEMPLATE_VARIABLE_MISSING', message }
  }
  const most = WHATSAPP_LIMITS.templateBody
  const tooLong = variables.filter((_name, index) => charactersOf(values[index] ?? '') > most)
  if (tooLong.length > 0) {
    const message = `vars: ${tooLong.join(', ')} longer than ${most} characters`
    return { code: 'WHATSAPP_TEMPLATE_VARIABLE_TOO_LONG', message }
  }
  if (!content) return null
  const given = new Map(variables.map((variable, index) => [variable, values[index] ?? '']))
  const text = content.body.replace(
    PLACEHOLDER,
    (_all, variable: string) => given.get(variable) ?? '',
  )
  const length = charactersOf(text)
  if (length <= most) return null
  const message = `vars: the body of ${name} has ${length} characters with them, at most ${most} are allowed`
  return { code: 'WHATSAPP_TEMPLATE_TOO_LONG', message }
}

/** Where the template's own text is not known its placeholders go by their place. */
function bodyComponent({ variables, content }: ProviderTemplate, values: string[]): JsonObject[] {
  if (values.length === 0) return []
  const isNamed = Boolean(content) && areNamed(variables)
  const parameters = values.map((text, index) => ({
    type: 'text',
    ...(isNamed && { parameter_name: variables[index] ?? '' }),
    text,
  }))
  return [{ type: 'body', parameters }]
}
