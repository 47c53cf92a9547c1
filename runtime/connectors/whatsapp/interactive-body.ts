// Messages to answer by tapping: reply buttons and lists, with Meta's limits on what was rendered.

import type { ListSection, MessageCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import { type BodyResult, type Measured, misfit, shown } from './body-result.ts'

type Buttons = Extract<MessageCommand, { kind: 'whatsapp.send_buttons' }>
type List = Extract<MessageCommand, { kind: 'whatsapp.send_list' }>

export function buttonsContent(command: Buttons): BodyResult {
  const { buttons: limits } = WHATSAPP_LIMITS
  const error = misfit([
    ...frameFields(command, limits.body),
    ...command.buttons.flatMap(({ id, title }, index) => [
      { field: `buttons[${index}].id`, text: id, max: limits.id },
      { field: `buttons[${index}].title`, text: title, max: limits.title },
    ]),
  ])
  if (error) return { ok: false, error }
  const same = command.buttons.findIndex(
    ({ title }, index) => command.buttons.findIndex((other) => other.title === title) < index,
  )
  if (same >= 0) return twice(`buttons[${same}].title`)
  const buttons = command.buttons.map(({ id, title }) => ({
    type: 'reply',
    reply: { id, title: title.toWellFormed() },
  }))
  return interactive({ type: 'button', ...frameOf(command), action: { buttons } })
}

export function listContent(command: List): BodyResult {
  const { list: limits } = WHATSAPP_LIMITS
  const error = misfit([
    ...frameFields(command, limits.body),
    { field: 'button', text: command.button, max: limits.button },
    ...command.sections.flatMap((section, index) =>
      sectionFields(section, `sections[${index}]`, command.sections.length === 1),
    ),
  ])
  if (error) return { ok: false, error }
  const sections = command.sections.map(sectionOf)
  const action = { button: command.button.toWellFormed(), sections }
  return interactive({ type: 'list', ...frameOf(command), action })
}

function sectionFields(section: ListSection, path: string, isOnly: boolean): Measured[] {
  const { list: limits } = WHATSAPP_LIMITS
  const title = {
    field: `${path}.title`,
    text: section.title,
    max: limits.sectionTitle,
    isOptional: isOnly,
  }
  const rows = section.rows.flatMap((row, index) => {
    const place = `${path}.rows[${index}]`
    const most = limits.rowDescription
    return [
      { field: `${place}.id`, text: row.id, max: limits.id },
      { field: `${place}.title`, text: row.title, max: limits.rowTitle },
      { field: `${place}.description`, text: row.description, max: most, isOptional: true },
    ]
  })
  return [title, ...rows]
}

function sectionOf(section: ListSection): JsonObject {
  const title = shown(section.title)
  const rows = section.rows.map((row): JsonObject => {
    const description = shown(row.description)
    return { id: row.id, title: row.title.toWellFormed(), ...(description && { description }) }
  })
  return { ...(title && { title }), rows }
}

function frameFields({ header, body, footer }: Buttons | List, maxBody: number): Measured[] {
  return [
    { field: 'header', text: header, max: WHATSAPP_LIMITS.header, isOptional: true },
    { field: 'body', text: body, max: maxBody },
    { field: 'footer', text: footer, max: WHATSAPP_LIMITS.footer, isOptional: true },
  ]
}

function frameOf(command: Buttons | List): JsonObject {
  const header = shown(command.header)
  const footer = shown(command.footer)
  return {
    ...(header && { header: { type: 'text', text: header } }),
    body: { text: command.body.toWellFormed() },
    ...(footer && { footer: { text: footer } }),
  }
}

function interactive(content: JsonObject): BodyResult {
  return { ok: true, body: { type: 'interactive', interactive: content } }
}

function twice(field: string): BodyResult {
  return {
    ok: false,
    error: { code: 'WHATSAPP_FIELD_REPEATED', message: `${field}: stands there twice` },
  }
}
