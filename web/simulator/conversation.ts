// What was said up to a step: messages and letters of both sides, what the model answered, what could not be sent. Pure.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { Simulation, SimulationTrace } from '#machines/contracts/simulation.ts'
import type { ScriptEntry } from '#machines/simulate/script.ts'
import type { PhoneMessage } from '../sandbox/phone-message.ts'
import { letterOf, type Letter, phoneMessageFrom, phoneMessageOf } from './command-message.ts'
import { textOf } from './plain-text.ts'
import type { Plan } from './plan.ts'
import type { SimulatedEffect } from './results.ts'

export type LineState = 'sent' | 'failed' | 'open'

interface Said {
  id: string
  at: string
  /** Step that it belongs to. */
  step: number
  channel: string
  isMine: boolean
  state: LineState
  /** The effect that sent it; null for what the contact sent. */
  effect: SimulatedEffect | null
}

export type Line = Said &
  (
    | { type: 'message'; message: PhoneMessage }
    | { type: 'letter'; letter: Letter }
    /** The model was asked something. */
    | { type: 'ai' }
  )

/**
 * The conversation as it stands after a step.
 * @param upTo index of the step; null: the end
 */
export function conversationOf(plan: Plan, simulation: Simulation, upTo: number | null): Line[] {
  const { trace } = simulation
  if (!trace) return []
  const last = upTo ?? simulation.steps.length
  const lines = [
    ...incoming(plan, simulation, trace),
    ...simulation.effects.flatMap((effect) => lineOf(simulation, effect, last)),
  ]
  return lines.filter(({ step }) => step <= last).toSorted((a, b) => a.step - b.step)
}

function incoming(plan: Plan, { transcript, steps }: Simulation, trace: SimulationTrace): Line[] {
  return transcript.flatMap(({ at, direction, channel, text }, index): Line[] => {
    if (direction === 'out') return []
    const step = trace.transcript[index]?.step ?? 0
    const entry = steps[step]?.index ?? null
    const payload = payloadOf(entry === null ? null : plan.entries[entry], plan) ?? { text }
    const said = { id: `in ${index}`, at, step, channel, isMine: true, effect: null }
    if (channel === 'email') {
      const letter = { subject: subjectOf(payload), text, attachments: [] }
      return [{ ...said, state: 'sent', type: 'letter', letter }]
    }
    return [{ ...said, state: 'sent', type: 'message', message: phoneMessageFrom(payload) }]
  })
}

/** Of an entry, or of the start where no entry began the run; null for plain words. */
function payloadOf(entry: ScriptEntry | null | undefined, plan: Plan): JsonObject | null {
  const payload = entry ? entry.event?.payload : plan.start?.payload
  return payload && typeof payload['kind'] === 'string' ? { text: '', ...payload } : null
}

function subjectOf({ content }: Record<string, Json>): string {
  const subject = isJsonObject(content) ? content['subject'] : null
  return typeof subject === 'string' ? subject : ''
}

/** Messages stand where they were accepted or refused, open ones where they were asked for. */
function lineOf(simulation: Simulation, effect: SimulatedEffect, last: number): Line[] {
  const { id, kind, at, command } = effect
  const asked = simulation.steps.findIndex(({ effects }) => effects.some((one) => one.id === id))
  const settled = simulation.trace?.settled[id]
  const isOpen = settled === undefined || settled > last
  const step = isOpen ? asked : settled
  const state = isOpen ? 'open' : effect.status === 'failed' ? 'failed' : 'sent'
  const time = simulation.steps[step]?.at ?? at
  const said = { id, at: time, step, isMine: false, state, effect } as const
  if (kind.startsWith('ai.')) return [{ ...said, channel: '', type: 'ai' }]
  const letter = letterOf(command)
  if (letter) return [{ ...said, channel: 'email', type: 'letter', letter }]
  const message = phoneMessageOf(command)
  if (!message) return []
  const channel = kind === 'message.send_text' ? textOf(command['channel']) : 'whatsapp'
  if (channel === 'email') {
    const plain = { subject: '', text: message.text, attachments: [] }
    return [{ ...said, channel, type: 'letter', letter: plain }]
  }
  return [{ ...said, channel, type: 'message', message }]
}
