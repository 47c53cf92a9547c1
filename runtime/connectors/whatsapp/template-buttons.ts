// What fills a template's buttons: the payload of a reply, the end of an address, the code to copy.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { TemplateButtonValue } from '#machines/contracts/whatsapp-command.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import {
  placeholdersIn,
  type TemplateButton,
  type TemplateContent,
} from '#machines/contracts/whatsapp-template.ts'
import { type BodyResult, misfit, refuse } from './body-result.ts'
import type { Components, TemplateCommand } from './template-values.ts'

/** @param content what the template says; null where it is not known, then what is given goes as it is */
export function buttonComponents(
  { buttons = [] }: TemplateCommand,
  content: TemplateContent | null,
): Components {
  const error = misfit(
    buttons.map((value, at) => {
      const { name, text, max } = measureOf(value)
      return { field: `buttons[${at}].${name}`, text, max }
    }),
  )
  if (error) return { ok: false, error }
  const refusal = content && disagreement(buttons, content.buttons)
  return refusal || { ok: true, components: buttons.map(componentOf) }
}

function disagreement(
  values: TemplateButtonValue[],
  known: TemplateButton[],
): Extract<BodyResult, { ok: false }> | null {
  for (const [at, { index, type }] of values.entries()) {
    const button = known[index]
    if (button?.type !== type || !canBeFilled(button)) {
      const message = `buttons[${at}]: button ${index} of this template is no ${type} to be filled`
      return refuse('WHATSAPP_TEMPLATE_BUTTON', message)
    }
  }
  const missing = known.findIndex(
    (button, index) => mustBeFilled(button) && !values.some((value) => value.index === index),
  )
  if (missing < 0) return null
  const message = `buttons: button ${missing} of this template needs a value`
  return refuse('WHATSAPP_TEMPLATE_BUTTON', message)
}

function canBeFilled(button: TemplateButton): boolean {
  return button.type === 'quick_reply' || mustBeFilled(button)
}

function mustBeFilled(button: TemplateButton): boolean {
  if (button.type === 'copy_code') return true
  return button.type === 'url' && placeholdersIn(button.url).length > 0
}

function measureOf(value: TemplateButtonValue): { name: string; text: string; max: number } {
  const { template, link } = WHATSAPP_LIMITS
  switch (value.type) {
    case 'quick_reply':
      return { name: 'payload', text: value.payload, max: template.payload }
    case 'url':
      return { name: 'suffix', text: value.suffix, max: link }
    default:
      return { name: 'code', text: value.code, max: template.code }
  }
}

function componentOf(value: TemplateButtonValue): JsonObject {
  const text = measureOf(value).text.toWellFormed()
  const parameter: Record<TemplateButtonValue['type'], JsonObject> = {
    quick_reply: { type: 'payload', payload: text },
    url: { type: 'text', text },
    copy_code: { type: 'coupon_code', coupon_code: text },
  }
  return {
    type: 'button',
    sub_type: value.type,
    index: String(value.index),
    parameters: [parameter[value.type]],
  }
}
