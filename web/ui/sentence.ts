// Why a contact is where it is, as one plain sentence: what it waits for, since when, what would move it.

import type { ActorView, RunView } from '#machines/contracts/api.ts'
import type { Translate } from '../i18n/i18n.ts'
import type { Format } from './format.ts'

export type Tone = 'waiting' | 'running' | 'attention' | 'failed' | 'neutral'

export interface Sentence {
  text: string
  tone: Tone
}

export interface SentenceInput {
  actor: ActorView
  /** The run the sentence is about; null when the contact has none. */
  run: RunView | null
  /** Epoch milliseconds. */
  now: number
  /** A state's name as the chart shows it. */
  titleOf: (nodeId: string) => string
  /** Where the state's time-out leads; null when nobody knows. */
  timeoutTarget: (nodeId: string) => string | null
  /** A failure as people understand it. */
  failureWords: (error: { code: string; message: string }) => string
  /** An event type as people call it. */
  eventName: (type: string) => string
  t: Translate
  format: Format
}

/** Event types that are the machine's own affair and mean nothing to a reader. */
const INTERNAL = /^(effect\.|timer\.|xstate\.)/

export function sentenceOf(input: SentenceInput): Sentence {
  const { actor, run, t } = input
  const name = actor.contact.name ?? t('sentence.nobody')
  if (actor.mailbox.parked !== null) {
    return { tone: 'failed', text: t('sentence.parked', { name, reason: actor.mailbox.parked }) }
  }
  if (actor.handover === 'agent') {
    const agent = t('sentence.agent', { name })
    const count = actor.kept ?? 0
    const text = count === 0 ? agent : t('sentence.agentKept', { agent, count }, count)
    return { tone: 'attention', text }
  }
  if (actor.handover === 'waiting for agent') {
    return { tone: 'attention', text: t('sentence.waitingForAgent', { name }) }
  }
  if (run === null) return { tone: 'neutral', text: t('sentence.noRun', { name }) }
  return run.status === 'active'
    ? activeSentence(name, run, input)
    : endedSentence(name, run, input)
}

function endedSentence(
  name: string,
  run: RunView,
  { t, format, now, titleOf, failureWords }: SentenceInput,
): Sentence {
  const at = format.when(run.finishedAt ?? run.since, now)
  const named = { name, workflow: run.workflowName, at }
  if (run.status === 'failed') {
    const state = titleOf(run.error?.nodeId ?? run.state)
    const reason = run.error ? ended(failureWords(run.error)) : t('sentence.unknownReason')
    return { tone: 'failed', text: t('sentence.failed', { ...named, state, reason }) }
  }
  const key = run.status === 'done' ? 'sentence.done' : 'sentence.stopped'
  return { tone: 'neutral', text: t(key, named) }
}

const ended = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

function activeSentence(name: string, run: RunView, input: SentenceInput): Sentence {
  const { t, format, now, titleOf } = input
  const since = format.when(run.since, now)
  const events = run.waitingFor.filter(({ event }) => !INTERNAL.test(event))
  if (events.length > 0) {
    const list = new Intl.ListFormat(format.locale, { type: 'disjunction' })
    const awaited = list.format(events.map(({ event }) => input.eventName(event)))
    const head = t('sentence.waits', { name, awaited, since })
    return { tone: 'waiting', text: head + whatThen(run, input) }
  }
  const [timer] = run.timers
  if (timer) {
    const head = t('sentence.rests', { name, state: titleOf(run.state), since })
    return { tone: 'waiting', text: head + whatThen(run, input) }
  }
  return (
    stuckEffect(name, run, input) ?? {
      tone: 'running',
      text: t('sentence.isIn', { name, state: titleOf(run.state), since }),
    }
  )
}

/** The second half: where time alone leads, and when. */
function whatThen(run: RunView, { t, format, now, titleOf, timeoutTarget }: SentenceInput): string {
  const due = earliest([
    ...run.timers.map(({ dueAt }) => dueAt),
    ...run.waitingFor.flatMap(({ timeout }) => (timeout === undefined ? [] : [timeout])),
  ])
  if (due === null) return t('sentence.forEver')
  const left = Date.parse(due) - now
  if (left <= 0) return t('sentence.dueNow')
  const target = timeoutTarget(run.state)
  const named = { in: format.span(left), state: target === null ? '' : titleOf(target) }
  const patient = run.waitingFor.some(({ event }) => !INTERNAL.test(event))
  if (target === null) return t(patient ? 'sentence.movesOnElse' : 'sentence.movesOn', named)
  return t(patient ? 'sentence.movesToElse' : 'sentence.movesTo', named)
}

function earliest(instants: string[]): string | null {
  return instants.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
}

/** An effect that has not settled explains a run that neither waits nor moves. */
function stuckEffect(name: string, run: RunView, input: SentenceInput): Sentence | null {
  const { actor, t, titleOf, format, now } = input
  const effect = actor.journal.items
    .flatMap((item) => item.effects)
    .find(({ nodeId }) => nodeId === run.state)
  const named = { name, state: titleOf(run.state), since: format.when(run.since, now) }
  if (effect?.status === 'uncertain') {
    return { tone: 'attention', text: t('sentence.uncertain', named) }
  }
  if (effect?.status === 'pending' || effect?.status === 'sending') {
    return { tone: 'running', text: t('sentence.sending', named) }
  }
  return null
}
