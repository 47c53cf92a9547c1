// Random histories of one contact: everything that can happen to it, on workflows that use the whole language, while
// other versions are published.

import fc from 'fast-check'
import type { Library } from '../library.ts'
import {
  ANA,
  createContact,
  doneOf,
  failedOf,
  giveBack,
  type Incoming,
  lead,
  libraryOf,
  message,
  operator,
  type TestContact,
  withVersions,
  workflowOf,
} from './contact.ts'

/** A lead is kept and welcomed, its purchase waited for and thanked by its size. */
const PURCHASE = {
  ...workflowOf('wf_purchase', [
    { id: 'keep', type: 'contact.upsert', map: { name: '$.payload.name' } },
    { id: 'welcome', type: 'whatsapp.send_template', template: 'oi', vars: { nome: '{{name}}' } },
    {
      id: 'wait',
      type: 'wait.for.event',
      event: 'purchase.approved',
      timeout: 'P2D',
      next: 'total',
      timeoutNext: 'remind',
    },
    { id: 'remind', type: 'whatsapp.send_template', template: 'carrinho', next: null },
    { id: 'total', type: 'set.variable', set: { total: '$.wait.total' } },
    { id: 'thanks', type: 'whatsapp.send_text', text: 'Obrigado: {{total}}' },
  ]),
  trigger: { type: 'lead.captured', filter: { source: ['instagram'] } },
}
const LOOP = workflowOf('wf_loop', [
  {
    id: 'a',
    type: 'whatsapp.send_text',
    text: "{{ 'now' | date: '%T' }} {{x.text}}",
    onError: 'a',
  },
  { id: 'x', type: 'wait.for.event', event: 'message.received', timeout: 'PT1H', next: 'a' },
  { id: 'c', type: 'switch', on: '$.x.text', cases: { sim: 'a', default: null } },
])

/** Interrupts, a question that collects, a subflow with a version of its own, sends that may be refused. */
const CARE = workflowOf(
  'wf_care',
  [
    { id: 'menu', type: 'interrupt', words: ['menu'] },
    { id: 'options', type: 'whatsapp.send_text', text: '1 ou 2', parent: 'menu' },
    { id: 'human', type: 'interrupt', words: ['humano'], event: 'help.asked' },
    { id: 'person', type: 'handoff.human', timeout: 'PT30M', parent: 'human' },
    {
      id: 'q',
      type: 'ask',
      text: 'Quantos?',
      as: 'count',
      answer: { type: 'integer' },
      retries: 1,
      quiet: 'PT2M',
      timeout: 'PT1H',
      timeoutNext: 'sub',
      invalidNext: 'sub',
      onError: 'sub',
    },
    { id: 'sub', type: 'subflow', workflow: 'wf_child', version: 'ver_pin', onError: 'ad' },
    { id: 'ad', type: 'email.send_template', template: 't', purpose: 'marketing', onError: 'late' },
    { id: 'late', type: 'whatsapp.send_text', text: 'Ainda aí?', onError: 'q' },
    { id: 'w', type: 'delay', duration: 'P2D', next: 'late' },
  ],
  { exclusive: 'conversa', priority: 2 },
)
const PROMO = {
  ...workflowOf('wf_promo', [
    { id: 'sub', type: 'subflow', workflow: 'wf_child', timeout: 'PT1H', timeoutNext: null },
    { id: 'thanks', type: 'whatsapp.send_text', text: '{{sub.note}}' },
  ]),
  trigger: { type: 'event', event: 'promo.came', exclusive: 'conversa' },
}
const child = (text: string) => ({
  ...workflowOf('wf_child', [
    { id: 'ask', type: 'whatsapp.send_text', text },
    { id: 'a', type: 'wait.for.event', event: 'message.received', timeout: 'PT1H' },
    { id: 'deep', type: 'subflow', workflow: 'wf_deep', onError: 'z' },
    { id: 'z', type: 'end', output: { note: '$.a.text' } },
  ]),
  trigger: { type: 'manual' },
})
const DEEP = { ...workflowOf('wf_deep', [{ id: 'z', type: 'end' }]), trigger: { type: 'manual' } }

const PUBLISHED = libraryOf(PURCHASE, LOOP, CARE, PROMO, child('v1'), DEEP)

/** Every version that a history may name. */
export const LIBRARY: Library = withVersions(PUBLISHED, {
  ver_pin: child('fixa'),
  ver_2: child('v2'),
})

/** The same versions, of which others are published: a second child, and fewer workflows. */
const LATER: Library = {
  ...LIBRARY,
  published: ['ver_wf_care', 'ver_wf_promo', 'ver_2'].flatMap((id) => LIBRARY.version(id) ?? []),
}

/** What can happen to a contact; numbers choose among the effects, runs and timers that are there. */
export interface Happening {
  kind: string
  pick: number
  text: string
}

const KINDS = ['lead', 'message', 'purchase', 'done', 'failed', 'timer', 'stop', 'skip', 'facts']
const MORE = ['promo', 'help', 'consent', 'take', 'give back', 'move', 'publish', 'days pass']
/** The outside world answers more often than people act. */
const OFTEN = ['message', 'done', 'done', 'timer', 'lead']

const happening = fc.record({
  kind: fc.constantFrom(...KINDS, ...MORE, ...OFTEN),
  pick: fc.nat(1000),
  text: fc.constantFrom('sim', 'não', '{{name}}', '', 'menu', 'humano', 'parar', 'voltar', '7'),
})
export const history = fc.array(happening, { minLength: 1, maxLength: 30 })

/** The contact after the history. */
export function live(happenings: readonly Happening[]): TestContact {
  const contact = createContact(LIBRARY)
  for (const one of happenings) happen(contact, one)
  return contact
}

function happen(contact: TestContact, one: Happening): void {
  if (one.kind === 'publish') contact.library = one.pick % 2 ? LIBRARY : LATER
  else if (one.kind === 'days pass') {
    const last = Date.parse(contact.journal.at(-1)?.at ?? '2026-03-10T12:00:00.000Z')
    contact.now = new Date(last + (one.pick % 4) * 86_400_000).toISOString()
  } else contact.send(incomingOf(contact, one))
}

function incomingOf(contact: TestContact, one: Happening): Incoming {
  return (
    answerOf(contact, one) ??
    actOf(contact, one) ??
    eventOf(one) ??
    lead({ name: one.text }, one.pick % 3 ? 'instagram' : 'landing')
  )
}

function answerOf(contact: TestContact, { kind, pick, text }: Happening): Incoming | null {
  const effects = contact.steps.flatMap((step) => step.effects)
  const timers = contact.steps.flatMap((step) => step.timersSet)
  // The latest is answered most.
  const effect = effects.at(pick % 2 ? -1 : pick % Math.max(effects.length, 1))
  const timer = timers.at(pick % 2 ? -1 : pick % Math.max(timers.length, 1))
  if (kind === 'done' && effect)
    return doneOf(effect, null, pick % 4 ? undefined : { ...ANA, name: text })
  if (kind === 'failed' && effect) return failedOf(effect)
  if (kind !== 'timer' || !timer) return null
  const { runId, timerId, generation } = timer
  return { type: 'timer.fired', payload: { runId, timerId, generation } }
}

function actOf({ state }: TestContact, { kind, pick, text }: Happening): Incoming | null {
  const runs = state?.runs ?? []
  const run = runs[pick % Math.max(runs.length, 1)]
  const runId = run?.id ?? 'run_none'
  const nodeId = ['q', 'late', 'w', 'x', 'sub', 'person'][pick % 6] ?? ''
  switch (kind) {
    case 'stop':
      return operator('stop', pick % 2 ? null : pick % 3 ? runId : `run_${text}`)
    case 'skip':
      return operator('skip_wait')
    case 'take':
      return operator('take')
    case 'move':
      return operator('move', runId, { nodeId })
    case 'give back':
      return giveBack(
        [{ mode: 'history' }, { mode: 'state', runId, nodeId }, { mode: 'end', runId }][pick % 3],
      )
    default:
      return null
  }
}

function eventOf({ kind, pick, text }: Happening): Incoming | null {
  switch (kind) {
    case 'message':
      return message(text, pick % 10 ? 'whatsapp' : 'email')
    case 'purchase':
      return { type: 'purchase.approved', payload: { total: pick } }
    case 'facts':
      return { type: 'contact.updated', contact: { ...ANA, name: text } }
    case 'promo':
      return { type: 'promo.came' }
    case 'help':
      return { type: 'help.asked' }
    case 'consent': {
      const verb = pick % 3 ? 'granted' : 'revoked'
      return { type: `consent.${verb}`, payload: { purpose: 'marketing' } }
    }
    default:
      return null
  }
}
