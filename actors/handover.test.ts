import { describe, expect, test } from 'vitest'
import {
  ANA,
  createContact,
  doneOf,
  giveBack,
  lead,
  libraryOf,
  message,
  operator,
  timerOf,
  workflowOf,
} from './testing/contact.ts'

const HANDOFF = workflowOf('wf_a', [
  { id: 'hi', type: 'whatsapp.send_text', text: 'Já chamo alguém.' },
  { id: 'person', type: 'handoff.human', timeout: 'PT1H', timeoutNext: 'sorry' },
  { id: 'bye', type: 'whatsapp.send_text', text: 'Resolvido?', next: null },
  { id: 'sorry', type: 'whatsapp.send_text', text: 'Ninguém pôde atender.' },
])
const WAIT = workflowOf('wf_w', [
  { id: 'w', type: 'wait.for.event', event: 'x.came', timeout: 'PT1H', timeoutNext: 'late' },
  { id: 'got', type: 'whatsapp.send_text', text: 'Chegou', next: null },
  { id: 'late', type: 'whatsapp.send_text', text: 'Não chegou' },
])

function waitingForPerson() {
  const contact = createContact(libraryOf(HANDOFF))
  contact.send(lead())
  contact.send(doneOf(contact.steps[0]?.effects[0]))
  return contact
}

describe('who has the conversation', () => {
  test('is nobody while a run stands in a hand-over, and the bot before and after it', () => {
    const contact = createContact(libraryOf(HANDOFF))
    expect(contact.send(lead()).state.handover).toBe('bot')
    expect(contact.send(doneOf(contact.steps[0]?.effects[0])).state.handover).toBe(
      'waiting for agent',
    )
    expect(contact.send(timerOf(contact))).toMatchObject({
      state: { handover: 'bot' },
      effects: [{ nodeId: 'sorry' }],
    })
  })

  test('is the agent who took it, until it is given back', () => {
    const contact = waitingForPerson()
    expect(contact.send(operator('take'))).toMatchObject({
      state: { handover: 'agent' },
      journal: { note: 'agent_took_conversation' },
    })
    expect(contact.send(operator('take')).journal.note).toBe('agent_has_conversation')
    expect(contact.send(message('oi')).journal.note).toBe('agent_has_conversation')
    const step = contact.send(giveBack())
    expect(step).toMatchObject({ state: { handover: 'bot' }, effects: [{ nodeId: 'bye' }] })
    expect(step.runs).toMatchObject([{ from: 'person', to: 'bye' }])
    const [run] = step.state.runs
    expect(run?.snapshot.context.results['person']).toEqual({ reason: 'teste', userId: 'usr_1' })
  })

  test('can be given back by who never took it, and not when the bot has it', () => {
    const contact = waitingForPerson()
    expect(contact.send(giveBack()).journal.note).toBe('agent_gave_back')
    expect(contact.send(giveBack())).toMatchObject({
      runs: [],
      journal: { note: 'nothing_to_give_back' },
    })
  })

  test('can be an agent before any run was there', () => {
    const contact = createContact(libraryOf(WAIT))
    contact.send(operator('take'))
    expect(contact.send(message('oi')).journal.note).toBe('agent_has_conversation')
    expect(contact.state).toMatchObject({ handover: 'agent', runs: [] })
  })
})

describe('while an agent has the conversation', () => {
  function taken() {
    const contact = createContact(libraryOf(WAIT))
    contact.send(lead())
    contact.send(operator('take'))
    return contact
  }

  test('events, time-outs and new leads are kept and applied in order when it is given back', () => {
    const contact = taken()
    const timer = timerOf(contact)
    for (const incoming of [{ type: 'x.came' }, timer, lead()]) {
      expect(contact.send(incoming)).toMatchObject({
        runs: [],
        effects: [],
        timersCleared: [],
        journal: { note: 'kept_for_later' },
      })
    }
    const step = contact.send(giveBack())
    expect(step.runs).toMatchObject([
      { id: 'run_0001', to: 'got', path: ['got'] },
      { id: 'run_0005', isNew: true, triggerEventId: 'evt_0005', to: 'w' },
    ])
    expect(step.effects).toMatchObject([{ id: 'eff_0001_1' }])
    expect(contact.state).toMatchObject({ handover: 'bot', deferred: [] })
  })

  test('results are kept too, and what is known of the contact is heard at once', () => {
    const contact = waitingForPerson()
    contact.send(timerOf(contact))
    const effect = contact.steps.at(-1)?.effects[0]
    contact.send(operator('take'))
    const facts = { ...ANA, name: 'Ana Maria' }
    expect(contact.send(doneOf(effect, null, facts)).state).toMatchObject({
      contact: facts,
      deferred: [{ type: 'effect.done' }],
    })
    contact.send({ type: 'contact.updated', contact: ANA })
    const step = contact.send(giveBack())
    expect(step).toMatchObject({ state: { contact: ANA, runs: [] }, runs: [{ status: 'done' }] })
  })

  test('a hand-over whose time passes meanwhile is answered by the return', () => {
    const contact = waitingForPerson()
    contact.send(operator('take'))
    contact.send(timerOf(contact))
    expect(contact.send(giveBack()).effects).toMatchObject([{ nodeId: 'bye' }])
  })

  test('of a hundred things kept, other events go before time-outs and results', () => {
    const contact = taken()
    const timer = timerOf(contact)
    contact.send({ type: 'first.came' })
    contact.send(timer)
    for (let n = 0; n < 120; n += 1) contact.send({ type: 'y.came', payload: { n } })
    const kept = contact.state?.deferred ?? []
    expect(kept).toHaveLength(100)
    expect(kept[0]).toMatchObject({ type: 'timer.fired' })
    expect(kept.at(-1)).toMatchObject({ payload: { n: 119 } })
    expect(contact.send(giveBack()).effects).toMatchObject([{ nodeId: 'late' }])
  })

  test('what is kept stays small enough for a snapshot, and time-outs and results stay', () => {
    const contact = taken()
    contact.send(timerOf(contact))
    const text = 'x'.repeat(50 * 1024)
    for (let n = 0; n < 30; n += 1) contact.send({ type: 'y.came', payload: { n, text } })
    const kept = contact.state?.deferred ?? []
    expect(JSON.stringify(kept).length).toBeLessThanOrEqual(256 * 1024)
    expect(kept[0]).toMatchObject({ type: 'timer.fired' })
    expect(kept.at(-1)).toMatchObject({ payload: { n: 29 } })
    expect(kept).toHaveLength(1 + 5)
  })

  test('a person can still stop a run', () => {
    const contact = taken()
    expect(contact.send(operator('stop')).runs).toMatchObject([{ status: 'stopped' }])
  })
})

describe('giving back', () => {
  test('to a named state moves that run there, before what was kept', () => {
    const contact = createContact(libraryOf(WAIT))
    contact.send(lead())
    contact.send(operator('take'))
    contact.send({ type: 'x.came' })
    const to = { mode: 'state', runId: 'run_0001', nodeId: 'late' }
    const step = contact.send(giveBack(to))
    expect(step.effects).toMatchObject([{ nodeId: 'late' }])
    expect(step.runs).toMatchObject([{ from: 'w', to: 'late', path: ['late'] }])
    expect(step.timersCleared).toHaveLength(1)
  })

  test('to an end stops one run or all of them', () => {
    for (const [to, left] of [
      [{ mode: 'end' }, []],
      [{ mode: 'end', runId: 'run_0001' }, ['run_0001_1']],
    ] as const) {
      const contact = createContact(libraryOf(WAIT, { ...WAIT, id: 'wf_x' }))
      contact.send(lead())
      contact.send(operator('take'))
      contact.send(giveBack(to))
      expect(contact.state?.runs.map((run) => run.id)).toEqual(left)
      expect(contact.state?.handover).toBe('bot')
    }
  })

  test('to a run or a node that is not there says so, and gives back all the same', () => {
    for (const [place, note] of [
      [{ runId: 'run_none', nodeId: 'w' }, 'run_ended'],
      [{ runId: 'run_0001', nodeId: 'none' }, 'no_such_node'],
    ] as const) {
      const contact = createContact(libraryOf(WAIT))
      contact.send(lead())
      contact.send(operator('take'))
      const step = contact.send(giveBack({ mode: 'state', ...place }))
      expect(step).toMatchObject({ runs: [], state: { handover: 'bot' }, journal: { note } })
    }
  })
})

describe('moving a run', () => {
  test('enters the node as if a path had led there, with its timers and effects', () => {
    const contact = createContact(libraryOf(WAIT))
    contact.send(lead())
    const there = contact.send(operator('move', 'run_0001', { nodeId: 'late' }))
    expect(there).toMatchObject({ effects: [{ nodeId: 'late' }], runs: [{ from: 'w' }] })
    expect(there.timersCleared).toHaveLength(1)
    const back = contact.send(operator('move', 'run_0001', { nodeId: 'w' }))
    expect(back.timersSet).toMatchObject([{ nodeId: 'w', generation: 2 }])
    expect(contact.send(doneOf(there.effects[0])).journal.note).toBe('result_outdated')
  })

  test('waits until the agent who speaks has given back, and never leads into an interrupt', () => {
    const menu = workflowOf('wf_m', [
      { id: 'w', type: 'wait.for.event', event: 'x.came' },
      { id: 'menu', type: 'interrupt', words: ['menu'] },
      { id: 'hours', type: 'whatsapp.send_text', text: 'Das 9 às 18', parent: 'menu' },
    ])
    const contact = createContact(libraryOf(menu))
    contact.send(lead())
    const inside = contact.send(operator('move', 'run_0001', { nodeId: 'hours' }))
    expect(inside).toMatchObject({ runs: [], effects: [], journal: { note: 'no_such_node' } })
    contact.send(operator('take'))
    const spoken = contact.send(operator('move', 'run_0001', { nodeId: 'w' }))
    expect(spoken).toMatchObject({ runs: [], journal: { note: 'agent_has_conversation' } })
  })

  test('to itself begins its wait anew', () => {
    const contact = createContact(libraryOf(WAIT))
    contact.send(lead())
    const old = timerOf(contact)
    contact.send(operator('move', 'run_0001', { nodeId: 'w' }))
    expect(contact.send(old).journal.note).toBe('timer_outdated')
    expect(contact.send(timerOf(contact)).effects).toMatchObject([{ nodeId: 'late' }])
  })
})

test('an agent who takes over in the middle of a question finds it open when giving back', () => {
  const library = libraryOf(
    workflowOf('wf_a', [
      { id: 'q', type: 'ask', text: 'Seu e-mail?', as: 'mail', answer: { type: 'email' } },
      { id: 'ok', type: 'whatsapp.send_text', text: 'Anotado: {{mail}}' },
    ]),
  )
  const contact = createContact(library)
  contact.send(doneOf(contact.send(lead()).effects[0]))
  contact.send(operator('take'))
  expect(contact.send(message('ana@exemplo.com'))).toMatchObject({ runs: [], effects: [] })
  contact.send(giveBack())
  expect(contact.state?.runs[0]?.state).toBe('q')
  const step = contact.send(message('Ana@Exemplo.com'))
  expect(step.effects).toMatchObject([{ command: { text: 'Anotado: ana@exemplo.com' } }])
})
