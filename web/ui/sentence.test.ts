import { describe, expect, test } from 'vitest'
import type { ActorView, JournalItem, RunView } from '#machines/contracts/api.ts'
import { createTexts, translateWith } from '../i18n/i18n.ts'
import type { AppLocale } from '../i18n/i18n.ts'
import { createFormat } from './format.ts'
import { sentenceOf } from './sentence.ts'
import type { Sentence } from './sentence.ts'

const TEXTS = {
  'pt-BR': translateWith((await createTexts('pt-BR')).global),
  en: translateWith((await createTexts('en')).global),
}

const now = Date.parse('2026-11-22T18:03:00Z')
const inHours = (hours: number): string => new Date(now + hours * 3_600_000).toISOString()

const run: RunView = {
  id: 'run_1',
  workflowId: 'wf_1',
  workflowName: 'Boas-vindas',
  versionId: 'ver_1',
  versionNumber: 3,
  status: 'active',
  state: 'n7',
  states: ['n7'],
  since: '2026-11-22T17:03:00Z',
  startedAt: '2026-11-22T17:00:00Z',
  finishedAt: null,
  waitingFor: [{ event: 'purchase.approved', timeout: inHours(47) }],
  timers: [{ dueAt: inHours(47), event: 'timer.fired', nodeId: 'n7' }],
  context: {},
  error: null,
}
const actor: ActorView = {
  contact: {
    id: 'cnt_1',
    name: 'Ana',
    phone: '+5531987001200',
    email: null,
    tags: [],
    fields: {},
    lastChannel: null,
    createdAt: '2026-11-22T17:00:00Z',
    updatedAt: '2026-11-22T17:00:00Z',
  },
  handover: 'bot',
  seq: 4,
  runs: [],
  journal: { items: [], nextCursor: null },
  mailbox: { waiting: 0, parked: null },
}

interface Case {
  run?: Partial<RunView> | null
  actor?: Partial<ActorView>
  target?: string | null
}

function tell(
  locale: AppLocale,
  { run: changes = {}, actor: facts = {}, target = 'n9' }: Case,
): Sentence {
  const sentence = sentenceOf({
    failureWords: ({ message }) => message,
    actor: { ...actor, ...facts },
    run: changes === null ? null : { ...run, ...changes },
    now,
    titleOf: (nodeId) => (nodeId === 'n9' ? 'Lembrete' : nodeId),
    timeoutTarget: () => target,
    eventName: (type) => (locale === 'en' ? `event ${type}` : `acontecimento ${type}`),
    awaitedName: (type) => (locale === 'en' ? `a ${type}` : `um ${type}`),
    t: TEXTS[locale],
    format: createFormat({ locale, zone: 'America/Sao_Paulo' }),
  })
  return { ...sentence, text: sentence.text.replaceAll(/[\u00a0\u202f]/g, ' ') }
}

function effect(status: string): JournalItem {
  const asked = {
    id: 'eff_1',
    kind: 'whatsapp.send_text',
    nodeId: 'n7',
    preview: '',
    status,
    error: null,
  }
  return {
    seq: 4,
    at: run.since,
    event: 'lead.captured',
    eventId: 'evt',
    correlationId: 'corr',
    from: null,
    to: 'n7',
    moves: [],
    effects: [asked],
    note: null,
    payload: {},
  }
}

describe('In Portuguese', () => {
  test('A wait says for what, since when, and where time leads', () => {
    expect(tell('pt-BR', {})).toEqual({
      tone: 'waiting',
      text: 'Ana espera por um purchase.approved desde 14:03; segue para “Lembrete” em 1 dia 23 h se nada acontecer.',
    })
  })

  test('A wait without a time-out says so', () => {
    const { text } = tell('pt-BR', {
      run: { waitingFor: [{ event: 'purchase.approved' }], timers: [] },
    })
    expect(text).toMatch(/; não há prazo\.$/)
  })

  test('A delay names its state and where it leads', () => {
    const { text } = tell('pt-BR', { run: { waitingFor: [{ event: 'timer.fired' }] } })
    expect(text).toBe('Ana está em “n7” desde 14:03; segue para “Lembrete” em 1 dia 23 h.')
  })

  test('A failure says where and why', () => {
    const error = { code: 'X', message: 'o número não existe.', nodeId: 'n9' }
    expect(tell('pt-BR', { run: { status: 'failed', finishedAt: inHours(0), error } })).toEqual({
      tone: 'failed',
      text: 'O fluxo Boas-vindas falhou para Ana em “Lembrete” (15:03): o número não existe.',
    })
  })

  test('A contact without a run is in no workflow', () => {
    expect(tell('pt-BR', { run: null }).text).toBe('Ana não está em nenhum fluxo agora.')
  })

  test('A parked mailbox comes before everything else', () => {
    const code = 'SNAPSHOT_TOO_LARGE'
    const parked = { eventId: 'evt_1', event: 'x.y', code, reason: `${code}: too large` }
    const mailbox = { waiting: 3, parked }
    expect(tell('pt-BR', { actor: { mailbox, handover: 'agent' } })).toEqual({
      tone: 'failed',
      text: '“acontecimento x.y” não pôde ser aplicado a Ana e está retido: SNAPSHOT_TOO_LARGE: too large. Mais 2 acontecimentos esperam atrás dele.',
      cause: { at: 'letter', id: 'evt_1' },
    })
  })
})

describe('In English', () => {
  test('A wait says for what, since when, and where time leads', () => {
    expect(tell('en', {}).text).toBe(
      'Ana has been waiting for a purchase.approved since 02:03 PM; moves on to “Lembrete” in 1 day 23 hr if nothing happens.',
    )
  })

  test('Two events are joined by "or", and an unknown target stays unnamed', () => {
    const waitingFor = [{ event: 'a.b', timeout: inHours(2) }, { event: 'c.d' }]
    const { text } = tell('en', { run: { waitingFor, timers: [] }, target: null })
    expect(text).toContain('a a.b or a c.d')
    expect(text).toMatch(/; moves on in 2 hr if nothing happens\.$/)
  })

  test('A time-out that has passed is due now', () => {
    const timers = [{ dueAt: inHours(-1), event: 'timer.fired', nodeId: 'n7' }]
    expect(tell('en', { run: { waitingFor: [], timers } }).text).toMatch(/the time is up/)
  })

  test('A person who has the conversation is what everything waits for', () => {
    expect(tell('en', { actor: { handover: 'agent' } }).tone).toBe('attention')
    expect(tell('en', { actor: { handover: 'agent', kept: 2 } }).text).toMatch(
      / 2 events are kept\.$/,
    )
    expect(tell('en', { actor: { handover: 'waiting for agent' } }).tone).toBe('attention')
  })

  test('An effect under way and an uncertain one explain why nothing moves', () => {
    const still = { waitingFor: [{ event: 'effect.done' }], timers: [] }
    const journal = (status: string) => ({ journal: { items: [effect(status)], nextCursor: null } })
    expect(tell('en', { run: still, actor: journal('sending') }).text).toMatch(/is on its way/)
    expect(tell('en', { run: still, actor: journal('uncertain') })).toMatchObject({
      tone: 'attention',
    })
    expect(tell('en', { run: still, actor: journal('done') }).text).toBe(
      'Ana has been in “n7” since 02:03 PM.',
    )
  })

  test('A send that rests says for what, and one that will be tried again says why', () => {
    const still = { waitingFor: [{ event: 'effect.done' }], timers: [] }
    const resting = (status: string, error: { code: string; message: string } | null) => {
      const step = effect(status)
      const effects = step.effects.map((one) => ({ ...one, error }))
      return { journal: { items: [{ ...step, effects }], nextCursor: null } }
    }
    const held = tell('en', { run: still, actor: resting('held', null) })
    expect(held).toMatchObject({ tone: 'attention' })
    expect(held.text).toMatch(/awaits a decision in Deliveries/)
    const error = { code: 'CHANNEL_PAUSED', message: 'The channel is paused' }
    const paused = tell('en', { run: still, actor: resting('pending', error) })
    expect(paused).toMatchObject({ tone: 'attention' })
    expect(paused.text).toMatch(/will be tried again\. The channel is paused\.$/)
  })

  test('A wait that began with a message that was not let out says so, until the run moves on', () => {
    const refused = [{ runId: 'run_1', nodeId: 'n1', kind: 'x', code: 'POLICY_WINDOW_CLOSED' }]
    const move = { runId: run.id, workflowId: 'wf', from: 'n1', to: 'n7', path: ['n1', 'n7'] }
    const first = {
      ...effect('done'),
      moves: [move],
      refused: refused.map((one) => ({ ...one, runId: run.id })),
    }
    const told = tell('en', { actor: { journal: { items: [first], nextCursor: null } } })
    expect(told.tone).toBe('attention')
    expect(told.text).toMatch(
      /if nothing happens\. The last message did not leave: POLICY_WINDOW_CLOSED\.$/,
    )
    const later = { ...effect('done'), seq: 5, moves: [move] }
    const after = tell('en', { actor: { journal: { items: [later, first], nextCursor: null } } })
    expect(after.tone).toBe('waiting')
  })

  test('A wait that a failed send led to says so, with the way there, until it is sent again', () => {
    const move = { runId: run.id, workflowId: 'wf', from: 'n1', to: 'n7', path: ['n1', 'n7'] }
    const error = { code: 'X', message: 'the number does not exist' }
    const payload = { effectId: 'eff_1', kind: 'whatsapp.send_text', error }
    const asked = effect('failed')
    const failed = {
      ...effect('done'),
      event: 'effect.failed',
      effects: [],
      moves: [move],
      payload,
    }
    const told = tell('en', { actor: { journal: { items: [failed, asked], nextCursor: null } } })
    expect(told).toMatchObject({ tone: 'attention', cause: { at: 'letter', id: 'eff_1' } })
    expect(told.text).toMatch(/ The send that led here failed: the number does not exist\.$/)
    const again = { journal: { items: [failed, effect('sent')], nextCursor: null } }
    expect(tell('en', { actor: again }).tone).toBe('waiting')
  })

  test('What has come and is not applied yet is counted', () => {
    const mailbox = { waiting: 2, parked: null }
    expect(tell('pt-BR', { actor: { mailbox } }).text).toMatch(
      /Mais 2 acontecimentos estão na fila\.$/,
    )
  })

  test('A finished and a stopped run are told as the past', () => {
    expect(tell('en', { run: { status: 'done', finishedAt: inHours(0) } }).text).toMatch(
      /^Ana finished/,
    )
    expect(tell('en', { run: { status: 'stopped', finishedAt: inHours(0) } }).text).toMatch(
      /was stopped/,
    )
  })
})
