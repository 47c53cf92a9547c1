// Words by which a contact takes itself off a channel, or comes back. A rule of the platform: no workflow can bypass it.

import { type ChannelKind, LAST_CHANNEL } from '#machines/contracts/channel.ts'
import type { Command, Effect } from '#machines/contracts/effect.ts'
import { OPT_OUT_WORDS } from '#machines/contracts/opt-out-words.ts'
import { plainWords } from '#machines/expression/plain-words.ts'
import type { RunState } from '#machines/run/run-state.ts'
import type { Draft } from './draft.ts'
import type { Library } from './library.ts'
import { stop } from './run-steps.ts'
import type { StepNote } from './step.ts'

/** Heard only from who is off the channel: to everybody else `voltar` may mean a menu. */
const IN: ReadonlySet<string> = new Set(['voltar a receber', 'voltar', 'start'])

/** Stands for the platform where an effect names run and node. */
export const PLATFORM = '$platform'

const CONFIRMATION =
  'Pronto: você não vai mais receber mensagens nossas por aqui. Para voltar, responda VOLTAR.'

const WELCOME_BACK = 'Combinado: você volta a receber nossas mensagens por aqui.'

/** Applies a message that is a stop word and nothing else; null when it is not one. */
export function heedStopWord(draft: Draft): StepNote | null {
  const { channel, text } = draft.envelope.payload
  if (typeof text !== 'string' || typeof channel !== 'string') return null
  const words = plainWords(text)
  if (OPT_OUT_WORDS.has(words)) return optOut(draft, channel)
  if (IN.has(words) && draft.state.optOuts[channel] !== undefined) return optIn(draft, channel)
  return null
}

/** A link or a complaint says it as plainly as a word. */
export function heedChoice(draft: Draft): StepNote | null {
  const { type, payload } = draft.envelope
  const { channel } = payload
  if (typeof channel !== 'string') return null
  if (type === 'channel.opted_out') return optOut(draft, channel)
  return draft.state.optOuts[channel] === undefined ? 'opted_in' : optIn(draft, channel)
}

function optOut(draft: Draft, channel: ChannelKind): StepNote {
  const { state, moment } = draft
  const isNews = state.optOuts[channel] === undefined
  const optOuts = { ...state.optOuts, [channel]: state.optOuts[channel] ?? moment.at }
  draft.state = { ...state, optOuts }
  stopRunsOn(draft, channel, state.runs)
  if (isNews && isChat(channel))
    draft.effects.push(confirmationOf(draft, 'out', sendText(channel, CONFIRMATION)))
  return 'opted_out'
}

/** Ends those of the runs that cannot do without the channel. */
export function stopRunsOn(draft: Draft, channel: ChannelKind, runs: readonly RunState[]): void {
  for (const run of runs) if (needsChannel(draft.library, run, channel)) stop(draft, run.id)
}

/** Whether the run's workflow writes by the channel. */
export function needsChannel(library: Library, run: RunState, channel: ChannelKind): boolean {
  const needs = library.version(run.versionId)?.compiled.needs ?? []
  return needs.some((need) => [channel, LAST_CHANNEL].includes(need.channel ?? ''))
}

function optIn(draft: Draft, channel: ChannelKind): StepNote {
  const { [channel]: _left, ...optOuts } = draft.state.optOuts
  draft.state = { ...draft.state, optOuts }
  if (isChat(channel))
    draft.effects.push(confirmationOf(draft, 'in', sendText(channel, WELCOME_BACK)))
  return 'opted_in'
}

/** E-mail has links of its own for both ways, and nobody wants a letter about no more letters. */
function isChat(channel: ChannelKind): boolean {
  return channel !== 'email'
}

function sendText(channel: ChannelKind, text: string): Command {
  return channel === 'whatsapp'
    ? { kind: 'whatsapp.send_text', text, previewUrl: false }
    : { kind: 'message.send_text', channel, text }
}

/** True for the confirmation of a stop word or of coming back, whoever's. */
export function isConfirmation(effectId: string): boolean {
  return /_(out|in)$/.test(effectId)
}

/** I4: its id is a function of the envelope, and no run's effect can have it. */
function confirmationOf({ envelope }: Draft, way: 'out' | 'in', command: Command): Effect {
  return {
    id: `eff_${envelope.event_id.replace(/^evt_/, '')}_${way}`,
    runId: PLATFORM,
    nodeId: PLATFORM,
    visit: 0,
    command,
  }
}
