// A message as a person reads it.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'

/**
 * The words of a message.
 * @param content `content_json` of the message
 * @param templateBody body of its template, when it is one and the tenant still has it
 */
export function messageText(content: JsonObject, templateBody: string | null): string {
  if (content['type'] !== 'template') return textOf(content['text'] ?? '')
  const vars: { [name: string]: Json } = isJsonObject(content['vars']) ? content['vars'] : {}
  if (templateBody === null)
    return [content['name'] ?? '', ...Object.values(vars)].map(textOf).join(' · ')
  return templateBody.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (placeholder, name: string) =>
    Object.hasOwn(vars, name) ? textOf(vars[name] ?? '') : placeholder,
  )
}

function textOf(value: Json): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
