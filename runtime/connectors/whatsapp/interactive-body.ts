// Messages to answer by tapping: reply buttons, lists, a link, the request for a location, with Meta's limits on what
// was rendered.

import type { ListSection, MessageCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { WHATSAPP_LIMITS } from '#machines/contracts/whatsapp-limits.ts'
import { type BodyResult, type Measured, misfit, refuse, shown } from './body-result.ts'
import { isWebAddress } from './media-body.ts'

type Buttons = Extract<MessageCommand, { kind: 'whatsapp.send_buttons' }>
type List = Extract<MessageCommand, { kind: 'whatsapp.send_list' }>
type CtaUrl = Extract<MessageCommand, { kind: 'whatsapp.send_cta_url' }>
type LocationRequest = Extract<MessageCommand, { kind: 'whatsapp.request_location' }>

export function ctaUrlContent(command: CtaUrl): BodyResult {
  const { cta, link } = WHATSAPP_LIMITS
  const error = misfit([
    ...frameFields(command, cta.body),
    { field: 'button', text: command.button, max: cta.button },
    { field: 'url', text: command.url, max: link },
  ])
  if (error) return { ok: false, error }
  if (!isWebAddress(command.url, ['https:', 'http:']))
    return refuse('WHATSAPP_LINK_INVALID', 'url: not an https:// address')
  const parameters = { display_text: command.button.toWellFormed(), url: command.url }
  return interactive({
    type: 'cta_url',
    ...frameOf(command),
    action: { name: 'cta_url', parameters },
  })
}

export function locationRequestContent({ body }: LocationRequest): BodyResult {
  const max = WHATSAPP_LIMITS.locationRequest.body
  const error = misfit([{ field: 'body', text: body, max }])
  if (error) return { ok: false, error }
  return interactive({
    type: 'location_request_message',
    body: { text: body.toWellFormed() },
    action: { name: 'send_location' },
  })
}

export function buttonsContent(command: Buttons): BodyResult {
  const { buttons: limits } = WHATSAPP_LIMITS
  if (command.buttons.length === 0 || command.buttons.length > limits.count) {
    const message = `buttons: ${command.buttons.length}, between 1 and ${limits.count} are allowed`
    return refuse('WHATSAPP_COUNT', message)
  }
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
  const rows = command.sections.reduce((sum, section) => sum + section.rows.length, 0)
  if (rows === 0 || rows > limits.rows) {
    const message = `sections: ${rows} rows in all, between 1 and ${limits.rows} are allowed`
    return refuse('WHATSAPP_COUNT', message)
  }
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

type Framed = Pick<Buttons, 'header' | 'body' | 'footer'>

function frameFields({ header, body, footer }: Framed, maxBody: number): Measured[] {
  return [
    { field: 'header', text: header, max: WHATSAPP_LIMITS.header, isOptional: true },
    { field: 'body', text: body, max: maxBody },
    { field: 'footer', text: footer, max: WHATSAPP_LIMITS.footer, isOptional: true },
  ]
}

function frameOf(command: Framed): JsonObject {
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
