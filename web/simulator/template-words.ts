// What a template says, in place of its name, once the tenant's templates are known. Pure.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { PLACEHOLDER, type TemplateItem } from '#machines/contracts/whatsapp-template.ts'
import type { PhoneChoice, PhoneMessage } from '../sandbox/phone-message.ts'
import { textOf } from './plain-text.ts'

export type KnownTemplate = Pick<TemplateItem, 'name' | 'language' | 'content'>

/** The message with the words, buttons and link of its template; as it is where the template is not known. */
export function withTemplateWords(
  message: PhoneMessage,
  command: JsonObject,
  templates: readonly KnownTemplate[],
): PhoneMessage {
  const template = templateOf(command, templates)
  if (!template) return message
  const { header, body, footer, buttons } = template.content
  const vars = textsOf(command['vars'])
  const link = buttons.find(({ type }) => type === 'url')
  return {
    ...message,
    header: message.header ?? (header?.type === 'text' ? filled(header.text, vars) : null),
    text: filled(body, vars),
    footer,
    buttons: buttons.flatMap(({ type, text = '' }: { type: string; text?: string }, index) =>
      type === 'quick_reply' ? [replyOf(text, payloadAt(command, index))] : [],
    ),
    link: link?.type === 'url' ? { title: link.text, url: link.url } : null,
  }
}

/** A letter's subject with its values; templates of letters are filled by name. */
export function filled(text: string, vars: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => vars[name] ?? whole)
}

/** A command's values by the names of their placeholders. */
export function textsOf(vars: Json | undefined): Record<string, string> {
  if (!isJsonObject(vars)) return {}
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, textOf(value)]))
}

/** In the language that the node names, else in whichever there is. */
export function templateOf<T extends { name: string; language: string }>(
  { template, language }: JsonObject,
  templates: readonly T[],
): T | null {
  const named = templates.filter(({ name }) => name === template)
  return named.find((one) => one.language === language) ?? named[0] ?? null
}

/** WhatsApp sends back the words where the sender gave the button nothing of its own. */
function replyOf(title: string, payload: string | null): PhoneChoice {
  return { id: payload ?? title, title, description: null }
}

function payloadAt({ buttons }: JsonObject, index: number): string | null {
  const given = Array.isArray(buttons) ? buttons.filter(isJsonObject) : []
  const own = given.find((button) => button['index'] === index)?.['payload']
  return typeof own === 'string' ? own : null
}
