// What is posted to the Cloud API for one effect, checked against Meta's limits before it leaves.

import type { Command } from '#machines/contracts/effect.ts'
import { charactersOf, WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import type { OutboundEffect, ProviderTemplate } from '../connector.ts'
import { type BodyResult, refuse } from './body-result.ts'
import { buttonsContent, listContent } from './interactive-body.ts'
import { mediaContent } from './media-body.ts'

/**
 * Writes the body of `POST /<version>/<phone number id>/messages`. The effect id travels in
 * `biz_opaque_callback_data` and comes back with every status: guarantee I6.
 * @returns the body, or the error that names the field which Meta would refuse.
 */
export function buildMessageBody(effect: OutboundEffect): BodyResult {
  const digits = effect.to.replace(/^\+/, '')
  if (!/^[1-9]\d{6,14}$/.test(digits))
    return refuse('WHATSAPP_TO_INVALID', 'to: not a number in E.164')
  if (effect.id.length > WHATSAPP_LIMITS.callbackData) {
    return refuse(
      'WHATSAPP_EFFECT_ID_TOO_LONG',
      'biz_opaque_callback_data: longer than 512 characters',
    )
  }
  const content = contentOf(effect.command, effect.template)
  if (!content.ok) return content
  const body = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: digits,
    ...content.body,
    biz_opaque_callback_data: effect.id,
  }
  return { ok: true, body }
}

function contentOf(command: Command, template: ProviderTemplate | null): BodyResult {
  switch (command.kind) {
    case 'whatsapp.send_text':
      return textContent(command)
    case 'whatsapp.send_template':
      return templateContent(command, template)
    case 'whatsapp.send_buttons':
      return buttonsContent(command)
    case 'whatsapp.send_list':
      return listContent(command)
    case 'whatsapp.send_media':
      return mediaContent(command)
    default:
      return refuse('WHATSAPP_KIND_UNSUPPORTED', `${command.kind} is not a message`)
  }
}

function textContent(command: Extract<Command, { kind: 'whatsapp.send_text' }>): BodyResult {
  const length = charactersOf(command.text)
  if (command.text.trim() === '') return refuse('WHATSAPP_TEXT_EMPTY', 'text: empty')
  if (length > WHATSAPP_LIMITS.text) {
    const message = `text: ${length} characters, at most ${WHATSAPP_LIMITS.text} are allowed`
    return refuse('WHATSAPP_TEXT_TOO_LONG', message)
  }
  const text = { body: command.text.toWellFormed(), preview_url: command.previewUrl }
  return { ok: true, body: { type: 'text', text } }
}

function templateContent(
  command: Extract<Command, { kind: 'whatsapp.send_template' }>,
  template: ProviderTemplate | null,
): BodyResult {
  if (!template) {
    return refuse('WHATSAPP_TEMPLATE_UNKNOWN', `template: ${command.template} is not known`)
  }
  const values = template.variables.map((name) => oneLine(command.vars[name] ?? ''))
  const missing = template.variables.filter((_name, index) => values[index] === '')
  if (missing.length > 0) {
    const message = `vars: ${missing.join(', ')} missing or empty in template ${template.name}`
    return refuse('WHATSAPP_TEMPLATE_VARIABLE_MISSING', message)
  }
  const tooLong = template.variables.filter((_name, index) => isTooLong(values[index] ?? ''))
  if (tooLong.length > 0) {
    const message = `vars: ${tooLong.join(', ')} longer than ${WHATSAPP_LIMITS.templateBody} characters`
    return refuse('WHATSAPP_TEMPLATE_VARIABLE_TOO_LONG', message)
  }
  const parameters = values.map((text) => ({ type: 'text', text }))
  return {
    ok: true,
    body: {
      type: 'template',
      template: {
        name: template.name,
        language: { code: command.language ?? template.language },
        ...(parameters.length > 0 && { components: [{ type: 'body', parameters }] }),
      },
    },
  }
}

function isTooLong(value: string): boolean {
  return charactersOf(value) > WHATSAPP_LIMITS.templateBody
}

/** Meta refuses line breaks, tabs and more than four spaces in a template's parameter. */
function oneLine(value: string): string {
  return value
    .replace(/\s*[\r\n\t\v\f\u2028\u2029]\s*/g, ' ')
    .replace(/ {5,}/g, '    ')
    .trim()
}
