// Words by which a contact takes itself off a channel, or comes back. A rule of the platform: no workflow can bypass it.

import type { Effect } from '#machines/contracts/effect.ts'
import { OPT_OUT_WORDS } from '#machines/contracts/opt-out-words.ts'
import { plainWords } from '#machines/expression/plain-words.ts'
import type { Draft } from './draft.ts'
import { stop } from './run-steps.ts'
import { type Channel } from './snapshot.ts'
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
  if (typeof text !== 'string' || (channel !== 'whatsapp' && channel !== 'email')) return null
  const words = plainWords(text)
  if (OPT_OUT_WORDS.has(words)) return optOut(draft, channel)
  if (IN.has(words) && draft.state.optOuts[channel] !== undefined) return optIn(draft, channel)
  return null
}

function optOut(draft: Draft, channel: Channel): StepNote {
  const { state, moment } = draft
  const isNews = state.optOuts[channel] === undefined
  const optOuts = { ...state.optOuts, [channel]: state.optOuts[channel] ?? moment.at }
  draft.state = { ...state, optOuts }
  for (const { id, versionId } of state.runs) {
    const needs = draft.library.version(versionId)?.compiled.needs ?? []
    if (needs.some((need) => need.channel === channel)) stop(draft, id)
  }
  if (isNews && channel === 'whatsapp')
    draft.effects.push(confirmationOf(draft, 'out', CONFIRMATION))
  return 'opted_out'
}

function optIn(draft: Draft, channel: Channel): StepNote {
  const { [channel]: _left, ...optOuts } = draft.state.optOuts
  draft.state = { ...draft.state, optOuts }
  if (channel === 'whatsapp') draft.effects.push(confirmationOf(draft, 'in', WELCOME_BACK))
  return 'opted_in'
}

/** True for the confirmation of a stop word or of coming back, whoever's. */
export function isConfirmation(effectId: string): boolean {
  return /_(out|in)$/.test(effectId)
}

/** I4: its id is a function of the envelope, and no run's effect can have it. */
function confirmationOf({ envelope }: Draft, way: 'out' | 'in', text: string): Effect {
  return {
    id: `eff_${envelope.event_id.replace(/^evt_/, '')}_${way}`,
    runId: PLATFORM,
    nodeId: PLATFORM,
    visit: 0,
    command: { kind: 'whatsapp.send_text', text, previewUrl: false },
  }
}
