// A contact for tests: sends envelopes one after the other and keeps what came out. Every Step is taken from
// frozen inputs, twice, and goes on from what JSON made of it, so each test is one of purity and restore too.

import type { RunVersion } from '#machines/run/run-state.ts'
import { compile } from '#machines/compile/compile.ts'
import type { ContactFacts } from '#machines/contracts/contact.ts'
import type { Effect } from '#machines/contracts/effect.ts'
import type { Envelope } from '#machines/contracts/envelope.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { receive } from '../contact-actor.ts'
import type { Library } from '../library.ts'
import { type ContactState, restoreContactState } from '../snapshot.ts'
import type { JournalEntry, Step } from '../step.ts'

const START = Date.parse('2026-03-10T12:00:00.000Z')
const MINUTE = 60_000

export const ANA: ContactFacts = {
  name: 'Ana',
  phone: '+5531999999999',
  email: null,
  tags: [],
  fields: {},
}

/** Versions `ver_<workflow id>` of documents, all published, in this order. */
export function libraryOf(...documents: unknown[]): Library {
  const published = documents.map((document): RunVersion => {
    const { workflow, diagnostics } = compile(document)
    if (!workflow) throw new Error(JSON.stringify(diagnostics))
    const workflowId = workflow.document.id
    return { workflowId, versionId: `ver_${workflowId}`, compiled: workflow }
  })
  return {
    zone: 'America/Sao_Paulo',
    published,
    version: (id) => published.find((version) => version.versionId === id),
  }
}

/** A document that starts by any lead. */
export function workflowOf(id: string, nodes: object[], trigger: object = {}) {
  return { id, name: id, trigger: { type: 'lead.captured', ...trigger }, nodes }
}

/** The library with versions of `more` besides, which start nothing by themselves. */
export function withVersions(library: Library, more: Record<string, unknown>): Library {
  const unpublished = new Map(
    Object.entries(more).flatMap(([versionId, document]) =>
      libraryOf(document).published.map((version) => [versionId, { ...version, versionId }]),
    ),
  )
  return { ...library, version: (id) => unpublished.get(id) ?? library.version(id) }
}

export interface Incoming {
  type: string
  payload?: JsonObject
  source?: string
  contact?: ContactFacts
  /** Left out: the next `evt_…`. */
  id?: string
}

/** Something was written by the contact. */
export function message(text: string, channel = 'whatsapp'): Incoming {
  return { type: 'message.received', payload: { channel, text } }
}

export function lead(payload: JsonObject = {}, source = 'instagram'): Incoming {
  return { type: 'lead.captured', payload, source, contact: ANA }
}

export function operator(
  action: string,
  runId: string | null = null,
  more: JsonObject = {},
): Incoming {
  const said = { reason: 'teste', userId: 'usr_1' }
  return { type: 'operator.acted', payload: { action, runId, ...said, ...more } }
}

/** The agent is done. */
export function giveBack(to: JsonObject = { mode: 'history' }): Incoming {
  return operator('give_back', null, { to })
}

/** The provider accepted it. */
export function doneOf(
  effect: Effect | undefined,
  output: Json = null,
  contact?: ContactFacts,
): Incoming {
  const facts = contact === undefined ? {} : { contact: contact as unknown as JsonObject }
  return { type: 'effect.done', payload: { ...resultOf(effect), output, ...facts } }
}

/** The provider refused it. */
export function failedOf(effect: Effect | undefined, code = 'HTTP_500'): Incoming {
  const error = { code, message: 'recusado' }
  return { type: 'effect.failed', payload: { ...resultOf(effect), error } }
}

function resultOf(effect: Effect | undefined): JsonObject {
  if (!effect) throw new Error('no such effect')
  return { effectId: effect.id, kind: effect.command.kind }
}

/** The timer that the contact's run has armed now. */
export function timerOf(contact: TestContact, runIndex = 0): Incoming {
  const run = contact.state?.runs[runIndex]
  const [timerId, timer] = Object.entries(run?.timers ?? {})[0] ?? []
  if (!run || timerId === undefined || !timer) throw new Error('no timer is armed')
  return { type: 'timer.fired', payload: { runId: run.id, timerId, generation: timer.generation } }
}

export interface TestContact {
  state: ContactState | null
  /** What is published from the next Step on. */
  library: Library
  steps: Step[]
  /** The library of each Step. */
  libraries: Library[]
  journal: JournalEntry[]
  /** One minute passes before each. */
  send(incoming: Incoming): Step
  /** ISO 8601 instant of the next Step, where it is not a minute later. */
  now: string | null
  /** Answers every effect without a result until nothing is left to answer. */
  settle(): void
}

export function createContact(library: Library): TestContact {
  const contact: TestContact = {
    state: null,
    library,
    steps: [],
    libraries: [],
    journal: [],
    now: null,
    send(incoming) {
      const number = contact.steps.length + 1
      const last = Date.parse(contact.journal.at(-1)?.at ?? '')
      const next = Number.isNaN(last) ? START + MINUTE : last + MINUTE
      const now = contact.now ?? new Date(next).toISOString()
      contact.now = null
      const context = { now, library: contact.library }
      const step = takeStep(contact.state, envelopeOf(incoming, number, now), context)
      contact.state = restoreContactState(copyOf(step.state))
      contact.steps.push(step)
      contact.libraries.push(contact.library)
      contact.journal.push(copyOf(step.journal))
      return step
    },
    settle() {
      const effects = contact.steps.flatMap((step) => step.effects)
      const open = effects.find((effect) => isPending(contact.state, effect.id))
      if (!open) return
      contact.send(doneOf(open))
      contact.settle()
    },
  }
  return contact
}

function takeStep(
  before: ContactState | null,
  envelope: Envelope,
  context: { now: string; library: Library },
): Step {
  freeze(before)
  freeze(envelope)
  const step = receive(before, envelope, context)
  const again = receive(copyOf(before), copyOf(envelope), context)
  if (JSON.stringify(again) !== JSON.stringify(step)) throw new Error('a repeated Step differs')
  return step
}

function envelopeOf(incoming: Incoming, number: number, now: string): Envelope {
  const id = incoming.id ?? `evt_${String(number).padStart(4, '0')}`
  return {
    event_id: id,
    tenant_id: 'tnt_1',
    contact_id: 'cnt_1',
    type: incoming.type,
    source: incoming.source ?? 'teste',
    occurred_at: now,
    correlation_id: id,
    payload: incoming.payload ?? {},
    ...(incoming.contact ? { contact: incoming.contact } : {}),
  }
}

function isPending(state: ContactState | null, effectId: string): boolean {
  return (state?.runs ?? []).some((run) => Object.hasOwn(run.effects, effectId))
}

/** What JSON keeps of a value. */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  Object.values(value).forEach(freeze)
}
