// What a person does in the simulator, each as the entry of the script that makes it happen. Pure.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { ScriptEntry } from '#machines/simulate/script.ts'
import type { Plan } from './plan.ts'

export type Act =
  | { do: 'say'; text: string; channel: string }
  | { do: 'write letter'; subject: string; text: string }
  /** `kind` as WhatsApp tells it: a quick reply of a template is a `button`. */
  | { do: 'tap'; kind: TapKind; id: string; title: string; description: string | null }
  | { do: 'attach'; media: string; filename: string | null; mimeType: string; caption: string }
  | { do: 'send place'; latitude: number; longitude: number; name: string }
  | { do: 'tell event'; type: string; payload: JsonObject }
  /** The last thing that came, once more. */
  | { do: 'repeat' }
  | { do: 'skip'; span: string }
  | { do: 'close window' }
  | { do: 'restart worker' }
  /** A person takes the conversation. */
  | { do: 'take over' }
  /** They give it back, as `to` says. */
  | { do: 'give back'; to: GiveBack }

export type GiveBack = NonNullable<ScriptEntry['giveBack']>

export type TapKind = 'button_reply' | 'list_reply' | 'button'

/** The plan with one more entry; the same plan when there is nothing to repeat. */
export function withAct(plan: Plan, act: Act): Plan {
  const entry = act.do === 'repeat' ? lastOf(plan) : entryOf(act)
  return entry === null ? plan : { ...plan, entries: [...plan.entries, entry] }
}

/** The plan without one of its entries. */
export function withoutEntry(plan: Plan, index: number): Plan {
  return { ...plan, entries: plan.entries.filter((_, at) => at !== index) }
}

function entryOf(act: Exclude<Act, { do: 'repeat' }>): ScriptEntry {
  switch (act.do) {
    case 'say':
      return { message: act.channel === 'whatsapp' ? act.text : wordsOn(act) }
    case 'write letter': {
      const { subject, text } = act
      return received('email', { kind: 'email', text, content: { type: 'email', subject, text } })
    }
    case 'tap':
      return received('whatsapp', tapOf(act))
    case 'attach':
      return received('whatsapp', attachmentOf(act))
    case 'send place': {
      const { latitude, longitude, name } = act
      const content = { type: 'location', latitude, longitude, name }
      return received('whatsapp', { kind: 'location', text: name, content })
    }
    case 'tell event':
      return { event: { type: act.type, payload: act.payload } }
    case 'skip':
      return { skip: act.span }
    case 'close window':
      return { closeWindow: true }
    case 'restart worker':
      return { restart: true }
    case 'take over':
      return { takeOver: true }
    case 'give back':
      return { giveBack: act.to }
  }
}

function wordsOn({ text, channel }: { text: string; channel: string }) {
  return { text, channel }
}

/** A message with more than words, in the form in which the channel's connector hands it on. */
function received(channel: string, payload: JsonObject): ScriptEntry {
  const type = `message.received.${channel}`
  return { event: { type, source: channel, payload: { ...payload, channelId: 'chn_simulation' } } }
}

function tapOf({ kind, id, title, description }: Extract<Act, { do: 'tap' }>): JsonObject {
  if (kind === 'button') {
    return { kind, text: title, content: { type: kind, payload: id, text: title } }
  }
  const more = description === null ? {} : { description }
  return { kind, text: title, content: { type: kind, id, title, ...more } }
}

function attachmentOf(act: Extract<Act, { do: 'attach' }>): JsonObject {
  const { media, filename, mimeType, caption } = act
  const content = {
    type: media,
    id: 'media_simulation',
    mime_type: mimeType,
    ...(caption !== '' && { caption }),
    ...(filename !== null && { filename }),
  }
  return { kind: media, text: caption, content }
}

/** Of the last entry in which something came only that: not the time that passed, nor a result. */
function lastOf({ entries, start }: Plan): ScriptEntry | null {
  const last = entries.findLast(
    ({ event, message }) => event !== undefined || message !== undefined,
  )
  if (last) {
    const { event, message } = last
    return { ...(event && { event }), ...(message !== undefined && { message }) }
  }
  const { type, payload, source } = start ?? {}
  if (type === undefined) return null
  return { event: { type, ...(payload && { payload }), ...(source !== undefined && { source }) } }
}
