// Why a contact is where it is, as one plain sentence: what it waits for, since when, what would move it.

import type { ActorView, JournalItem, Parked, RunView } from '#machines/contracts/api.ts'
import type { EffectFailedPayload } from '#machines/contracts/event.ts'
import type { Translate } from '../i18n/i18n.ts'
import type { Format } from './format.ts'

export type Tone = 'waiting' | 'running' | 'attention' | 'failed' | 'neutral'

/** What holds a contact up among the deliveries: a failure, sends that rest, or what has not left yet. */
export type Cause = { at: 'letter'; id: string } | { at: 'resting' } | { at: 'queue' }

export interface Sentence {
  text: string
  tone: Tone
  /** Where it can be looked at and decided; left out where it is nothing of the kind. */
  cause?: Cause
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
  /** The same after “waits for”. */
  awaitedName: (type: string) => string
  t: Translate
  format: Format
}

/** Event types that are the machine's own affair and mean nothing to a reader. */
const INTERNAL = /^(effect\.|timer\.|xstate\.)/

export function sentenceOf(input: SentenceInput): Sentence {
  const { actor, run, t } = input
  const name = actor.contact.name ?? t('sentence.nobody')
  if (actor.mailbox.parked !== null) return parkedSentence(name, actor.mailbox.parked, input)
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
  if (run.status !== 'active') return endedSentence(name, run, input)
  return withBacklog(withRefusal(activeSentence(name, run, input), run, input), input)
}

/** Nothing behind it is applied before somebody has decided about it. */
function parkedSentence(
  name: string,
  { eventId, event, code, reason }: Parked,
  { actor, t, eventName, failureWords }: SentenceInput,
): Sentence {
  const why = ended(failureWords({ code: code ?? 'UNEXPECTED', message: reason }))
  const text = t('sentence.parked', { name, event: eventName(event), reason: why })
  const count = actor.mailbox.waiting - 1
  return {
    tone: 'failed',
    text: count > 0 ? t('sentence.behindIt', { before: text, count }, count) : text,
    cause: { at: 'letter', id: eventId },
  }
}

/** What was not let out when the run came to where it is: it waits, and the contact does not know for what. */
function withRefusal(
  sentence: Sentence,
  run: RunView,
  { actor, t, failureWords }: SentenceInput,
): Sentence {
  const last = actor.journal.items.find(({ moves }) => moves.some(({ runId }) => runId === run.id))
  const refusal = last?.refused?.findLast(({ runId }) => runId === run.id)
  if (!refusal) return withFailure(sentence, last, { actor, t, failureWords })
  const reason = ended(failureWords({ code: refusal.code, message: refusal.code }))
  return { tone: 'attention', text: t('sentence.refused', { before: sentence.text, reason }) }
}

/** A send that failed led to where the run is, and has not been sent again since. */
function withFailure(
  sentence: Sentence,
  last: JournalItem | undefined,
  { actor, t, failureWords }: Pick<SentenceInput, 'actor' | 't' | 'failureWords'>,
): Sentence {
  if (last?.event !== 'effect.failed') return sentence
  const { effectId, error } = last.payload as Partial<EffectFailedPayload>
  if (effectId === undefined || error === undefined) return sentence
  const effects = actor.journal.items.flatMap((item) => item.effects)
  if (effects.some(({ id, status }) => id === effectId && status !== 'failed')) return sentence
  return {
    tone: 'attention',
    text: t('sentence.failedBefore', {
      before: sentence.text,
      reason: ended(failureWords(error)),
    }),
    cause: { at: 'letter', id: effectId },
  }
}

/** What came and has not been applied yet. */
function withBacklog(sentence: Sentence, { actor, t }: SentenceInput): Sentence {
  const { waiting: count } = actor.mailbox
  if (count === 0) return sentence
  return { ...sentence, text: t('sentence.behind', { before: sentence.text, count }, count) }
}

function endedSentence(
  name: string,
  run: RunView,
  { actor, t, format, now, titleOf, failureWords }: SentenceInput,
): Sentence {
  const at = format.when(run.finishedAt ?? run.since, now)
  const named = { name, workflow: run.workflowName, at }
  if (run.status === 'failed') {
    const state = titleOf(run.error?.nodeId ?? run.state)
    const reason = run.error ? ended(failureWords(run.error)) : t('sentence.unknownReason')
    const letter = failedEffect(actor, run)
    const text = t('sentence.failed', { ...named, state, reason })
    return { tone: 'failed', text, ...(letter && { cause: { at: 'letter', id: letter } }) }
  }
  const key = run.status === 'done' ? 'sentence.done' : 'sentence.stopped'
  return { tone: 'neutral', text: t(key, named) }
}

/** The send that a run failed with. */
function failedEffect({ journal }: ActorView, { error }: RunView): string | null {
  const effects = journal.items.flatMap((item) => item.effects)
  const failed = effects.find(
    ({ nodeId, status }) => nodeId === error?.nodeId && status === 'failed',
  )
  return failed?.id ?? null
}

const ended = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`)

function activeSentence(name: string, run: RunView, input: SentenceInput): Sentence {
  const { t, format, now, titleOf } = input
  const since = format.when(run.since, now)
  const events = run.waitingFor.filter(({ event }) => !INTERNAL.test(event))
  if (events.length > 0) {
    const list = new Intl.ListFormat(format.locale, { type: 'disjunction' })
    const awaited = list.format(events.map(({ event }) => input.awaitedName(event)))
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
  const named = { in: unbroken(format.span(left)), state: target === null ? '' : titleOf(target) }
  const patient = run.waitingFor.some(({ event }) => !INTERNAL.test(event))
  if (target === null) return t(patient ? 'sentence.movesOnElse' : 'sentence.movesOn', named)
  return t(patient ? 'sentence.movesToElse' : 'sentence.movesTo', named)
}

/** A span stays on one line. */
const unbroken = (words: string): string => words.replaceAll(' ', '\u00A0')

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
    return { tone: 'attention', text: t('sentence.uncertain', named), cause: { at: 'resting' } }
  }
  if (effect?.status === 'held') {
    return { tone: 'attention', text: t('sentence.held', named), cause: { at: 'resting' } }
  }
  if (effect?.status === 'pending' && effect.error) {
    const reason = ended(input.failureWords(effect.error))
    const text = t('sentence.retrying', { ...named, reason })
    return { tone: 'attention', text, cause: { at: 'queue' } }
  }
  if (effect?.status === 'pending' || effect?.status === 'sending') {
    return { tone: 'running', text: t('sentence.sending', named) }
  }
  return null
}
