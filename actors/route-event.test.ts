import { describe, expect, test } from 'vitest'
import {
  createContact,
  doneOf,
  lead,
  libraryOf,
  message,
  type TestContact,
  timerOf,
  withVersions,
  workflowOf,
} from './testing/contact.ts'

const WAITS = [
  { id: 'w', type: 'wait.for.event', event: 'message.received', timeout: 'P1D' },
  { id: 'rest', type: 'delay', duration: 'P1D' },
]
const MENU = [
  { id: 'menu', type: 'interrupt', words: ['menu', 'ajuda'] },
  { id: 'options', type: 'whatsapp.send_text', text: '1 ou 2', parent: 'menu' },
]
const TALK = {
  ...workflowOf('wf_talk', [{ id: 't', type: 'whatsapp.send_text', text: 'Olá' }]),
  trigger: { type: 'message.received.whatsapp' },
}
const movedBy = (contact: TestContact) => contact.steps.at(-1)?.runs.map(({ id, to }) => [id, to])

describe('a message', () => {
  test('goes to the waiting run of highest priority, and of several to the oldest', () => {
    const contact = createContact(
      libraryOf(
        workflowOf('wf_a', WAITS),
        workflowOf('wf_b', WAITS, { priority: 5 }),
        workflowOf('wf_c', WAITS, { priority: 5 }),
        workflowOf('wf_d', WAITS, { priority: -5 }),
      ),
    )
    contact.send(lead())
    const takers = ['1', '2', '3', '4'].map((text) => contact.send(message(text)).runs[0]?.id)
    expect(takers).toEqual(['run_0001_1', 'run_0001_2', 'run_0001', 'run_0001_3'])
  })

  test('that interrupts goes there before any run that waits, whatever their priorities', () => {
    const contact = createContact(
      libraryOf(
        workflowOf('wf_a', WAITS, { priority: 9 }),
        workflowOf('wf_b', [...MENU, { id: 'd', type: 'delay', duration: 'P1D' }]),
        TALK,
      ),
    )
    contact.send(lead())
    const step = contact.send(message(' Menu! '))
    expect(movedBy(contact)).toEqual([['run_0001_1', 'options']])
    contact.send(doneOf(step.effects[0]))
    expect(movedBy(contact)).toEqual([['run_0001_1', 'd']])
    contact.send(message('oi'))
    expect(movedBy(contact)).toEqual([['run_0001', 'rest']])
    contact.send(message('oi'))
    expect(movedBy(contact)).toEqual([['run_0005', 't']])
  })

  test('interrupts one run: the one of highest priority', () => {
    const nodes = [...MENU, { id: 'd', type: 'delay', duration: 'P1D' }]
    const contact = createContact(
      libraryOf(workflowOf('wf_a', nodes), workflowOf('wf_b', nodes, { priority: 1 })),
    )
    contact.send(lead())
    contact.send(message('ajuda'))
    expect(movedBy(contact)).toEqual([['run_0001_1', 'options']])
  })

  test('that is the word of the interrupt the run is in begins it anew, and the way back stays', () => {
    const inside = [
      { id: 'menu', type: 'interrupt', words: ['menu'] },
      { id: 'more', type: 'wait.for.event', event: 'message.received', parent: 'menu' },
      { id: 'd', type: 'delay', duration: 'P1D' },
    ]
    const contact = createContact(libraryOf(workflowOf('wf_a', inside)))
    contact.send(lead())
    const armed = timerOf(contact)
    contact.send(message('menu'))
    expect(movedBy(contact)).toEqual([['run_0001', 'more']])
    contact.send(message('menu'))
    expect(contact.steps.at(-1)?.runs).toMatchObject([{ path: ['menu', 'more'] }])
    contact.send(message('oi'))
    expect(movedBy(contact)).toEqual([['run_0001', 'd']])
    expect(timerOf(contact)).not.toEqual(armed)
    expect(contact.state?.runs[0]?.timers).toMatchObject({
      'xstate.after.d.d': { dueAt: '2026-03-11T12:01:00.000Z' },
    })
  })

  test('is collected until the contact has stopped writing, and is nobody else’s meanwhile', () => {
    const quiet = [
      { id: 'w', type: 'wait.for.event', event: 'message.received', quiet: 'PT2M', timeout: 'P1D' },
      { id: 'r', type: 'whatsapp.send_text', text: '{{w.text}}' },
    ]
    const contact = createContact(libraryOf(workflowOf('wf_a', quiet), TALK))
    contact.send(lead())
    for (const text of ['oi', 'quero', 'comprar']) {
      const step = contact.send(message(text))
      expect(step).toMatchObject({ effects: [], journal: { note: 'message_collected' } })
      expect(step.runs).toMatchObject([{ path: [], from: 'w', to: 'w' }])
    }
    const [[timerId, timer] = []] = Object.entries(contact.state?.runs[0]?.timers ?? {}).filter(
      ([id]) => id.startsWith('quiet:'),
    )
    const payload = {
      runId: 'run_0001',
      timerId: timerId ?? '',
      generation: timer?.generation ?? 0,
    }
    expect(contact.send({ type: 'timer.fired', payload }).effects).toMatchObject([
      { command: { text: 'oi\nquero\ncomprar' } },
    ])
  })
})

describe('any other event', () => {
  test('interrupts every run that has an interrupt for it, and reaches those that wait', () => {
    const nodes = [
      { id: 'i', type: 'interrupt', event: 'purchase.approved', next: null },
      { id: 'thanks', type: 'whatsapp.send_text', text: 'Obrigado', parent: 'i' },
      { id: 'w', type: 'wait.for.event', event: 'purchase.approved', timeout: 'P1D' },
    ]
    const contact = createContact(
      libraryOf(workflowOf('wf_a', nodes), workflowOf('wf_b', nodes.slice(2)), {
        ...workflowOf('wf_c', WAITS),
        trigger: { type: 'purchase.approved' },
      }),
    )
    contact.send(lead())
    const step = contact.send({ type: 'purchase.approved', payload: { total: 1 } })
    expect(step.runs).toMatchObject([
      { id: 'run_0001', to: 'thanks', path: ['i', 'thanks'] },
      { id: 'run_0001_1', status: 'done' },
      { id: 'run_0002', workflowId: 'wf_c', isNew: true },
    ])
  })
})

describe('a run inside an interrupt', () => {
  const asking = workflowOf('wf_a', [
    ...MENU,
    { id: 'sub', type: 'subflow', workflow: 'wf_child', next: 'd' },
    { id: 'd', type: 'delay', duration: 'P1D' },
  ])
  const child = {
    ...workflowOf('wf_child', [
      { id: 'w', type: 'wait.for.event', event: 'x.came', timeout: 'P1D' },
      { id: 'z', type: 'end', output: { note: 1 } },
    ]),
    trigger: { type: 'manual' },
  }

  test('keeps its subflow, and takes the result of one that ended meanwhile when it returns', () => {
    const contact = createContact(libraryOf(asking, child))
    contact.send(lead())
    const step = contact.send(message('menu'))
    expect(contact.state?.runs.map((run) => run.state)).toEqual(['options', 'w'])
    contact.send({ type: 'x.came' })
    expect(contact.state?.runs.map((run) => run.state)).toEqual(['options'])
    contact.send(doneOf(step.effects[0]))
    expect(contact.state?.runs).toMatchObject([
      { state: 'd', snapshot: { context: { results: { sub: { note: 1 } } } } },
    ])
  })

  test('hears a stop word, and its subflow goes with it', () => {
    const contact = createContact(libraryOf(asking, child))
    contact.send(lead())
    contact.send(message('menu'))
    expect(contact.send(message('parar')).runs).toMatchObject([
      { id: 'run_0001', status: 'stopped', from: 'options' },
      { id: 'run_0001_s1', status: 'stopped' },
    ])
    expect(contact.state?.runs).toEqual([])
  })

  test('is found again by a run of an older version, which goes by its own words', () => {
    const library = libraryOf(workflowOf('wf_a', [{ id: 'd', type: 'delay', duration: 'P1D' }]))
    const contact = createContact(withVersions(library, {}))
    contact.send(lead())
    expect(contact.send(message('menu')).journal.note).toBe('nobody_waits')
  })
})
