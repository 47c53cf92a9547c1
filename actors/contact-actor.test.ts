import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  ANA,
  createContact,
  doneOf,
  lead,
  libraryOf,
  message,
  operator,
  type TestContact,
  timerOf,
  workflowOf,
} from './testing/contact.ts'
import type { Step } from './step.ts'

const EXAMPLE: unknown = JSON.parse(
  readFileSync(new URL('../examples/lead-to-purchase.json', import.meta.url), 'utf8'),
)
const PURCHASE = (total: number) => ({ type: 'purchase.approved', payload: { total } })

/** A lead that was welcomed and is waited for. */
function welcomed(): TestContact {
  const contact = createContact(libraryOf(EXAMPLE))
  contact.send(lead({ name: 'Ana', phone_e164: '+5531999999999' }))
  contact.settle()
  return contact
}

function reminded(): TestContact {
  const contact = welcomed()
  contact.send(timerOf(contact))
  contact.settle()
  return contact
}

const stateOf = (contact: TestContact) => contact.state?.runs.map((run) => run.state)
const textsOf = (step: Step) =>
  step.effects.map(({ command }) => ('text' in command ? command.text : command.kind))
const last = (contact: TestContact) => contact.steps.at(-1)!

describe('from lead to purchase, the end-to-end example', () => {
  test('a lead is registered, welcomed and waited for', () => {
    const contact = createContact(libraryOf(EXAMPLE))
    const first = contact.send(lead({ name: 'Ana', phone_e164: '+5531999999999' }))
    expect(first.effects).toMatchObject([
      {
        id: 'eff_0001_1',
        runId: 'run_0001',
        command: { kind: 'contact.upsert', patch: { name: 'Ana', phone: '+5531999999999' } },
      },
    ])
    const second = contact.send(doneOf(first.effects[0]))
    expect(second.effects).toMatchObject([
      { command: { template: 'boas_vindas', vars: { nome: 'Ana' } } },
    ])
    const third = contact.send(doneOf(second.effects[0]))
    expect(stateOf(contact)).toEqual(['espera_compra'])
    expect(third.timersSet).toMatchObject([
      { nodeId: 'espera_compra', generation: 1, dueAt: '2026-03-12T12:03:00.000Z' },
    ])
    expect(third.effects).toEqual([])
  })

  test('a purchase is thanked for, a large one with a gift, and the timer is cleared', () => {
    const small = welcomed()
    const step = small.send(PURCHASE(99))
    expect(step.effects).toMatchObject([
      { command: { template: 'compra_confirmada', vars: { nome: 'Ana' } } },
    ])
    expect(step.timersCleared).toEqual([
      { runId: 'run_0001', timerId: 'xstate.after.espera_compra.espera_compra' },
    ])
    expect(step.runs[0]).toMatchObject({
      from: 'espera_compra',
      to: 'obrigado',
      path: ['valor', 'compra_grande', 'obrigado'],
      status: 'active',
    })
    const large = welcomed()
    expect(large.send(PURCHASE(500)).effects).toMatchObject([
      { command: { template: 'compra_com_brinde' } },
    ])
    large.settle()
    expect(last(large).runs[0]).toMatchObject({ status: 'done', to: 'fim', error: null })
    expect(large.state?.runs).toEqual([])
  })

  test('without a purchase the time-out brings the reminder', () => {
    const contact = welcomed()
    const step = contact.send(timerOf(contact))
    expect(step.effects).toMatchObject([{ command: { template: 'lembrete_carrinho' } }])
    contact.settle()
    expect(stateOf(contact)).toEqual(['espera_resposta'])
  })

  test('a reply after the reminder is answered, and the second time-out ends the run', () => {
    const replied = reminded()
    expect(textsOf(replied.send(message('quanto custa?')))[0]).toMatch(
      /^Recebemos sua mensagem, Ana!/,
    )
    const silent = reminded()
    expect(silent.send(timerOf(silent)).runs[0]).toMatchObject({
      status: 'done',
      path: ['fim', '$end'],
    })
  })

  test('only leads from the named source start it', () => {
    const contact = createContact(libraryOf(EXAMPLE))
    expect(contact.send(lead({}, 'landing'))).toMatchObject({
      runs: [],
      journal: { note: 'nobody_waits' },
    })
    expect(contact.send(lead({}, 'instagram')).runs).toHaveLength(1)
  })

  test('an e-mail does not answer what waits for WhatsApp', () => {
    const contact = reminded()
    expect(contact.send(message('oi', 'email')).journal.note).toBe('nobody_waits')
    expect(stateOf(contact)).toEqual(['espera_resposta'])
    expect(contact.state?.lastInboundAt).toEqual({ email: '2026-03-10T12:06:00.000Z' })
  })
})

describe('I7 timers', () => {
  const LOOP = workflowOf('wf_t', [
    {
      id: 'w',
      type: 'wait.for.event',
      event: 'x.y',
      timeout: 'PT1H',
      next: 'w',
      timeoutNext: null,
    },
  ])

  test('a firing of an older arming moves nothing', () => {
    const contact = createContact(libraryOf(LOOP))
    contact.send(lead())
    const old = timerOf(contact)
    expect(contact.send({ type: 'x.y' })).toMatchObject({
      timersSet: [{ generation: 2 }],
      timersCleared: [],
    })
    expect(contact.send(old)).toMatchObject({ runs: [], journal: { note: 'timer_outdated' } })
    expect(contact.send(timerOf(contact)).runs[0]?.status).toBe('done')
  })

  test('a timer that fires twice, or for a run that is over, moves nothing', () => {
    const contact = createContact(libraryOf(LOOP))
    contact.send(lead())
    const timer = timerOf(contact)
    contact.send(timer)
    expect(contact.send(timer)).toMatchObject({ runs: [], journal: { note: 'run_ended' } })
  })
})

describe('an operator', () => {
  test('skips the wait that a run is in, as if its time had passed', () => {
    const contact = welcomed()
    const step = contact.send(operator('skip_wait'))
    expect(step.runs[0]).toMatchObject({ from: 'espera_compra', to: 'lembrete' })
    expect(step.timersCleared).toHaveLength(1)
  })

  test('cannot skip what has no time-out, and is told so', () => {
    const contact = createContact(libraryOf(EXAMPLE))
    contact.send(lead())
    expect(contact.send(operator('skip_wait')).journal.note).toBe('nothing_to_skip')
    expect(contact.send(operator('skip_wait', 'run_none')).journal.note).toBe('run_ended')
  })

  test('stops one run or all of them, timers too', () => {
    const wait = [{ id: 'w', type: 'delay', duration: 'P1D' }]
    const contact = createContact(libraryOf(workflowOf('wf_a', wait), workflowOf('wf_b', wait)))
    contact.send(lead())
    const one = contact.send(operator('stop', 'run_0001_1'))
    expect(one.runs).toMatchObject([{ id: 'run_0001_1', status: 'stopped', to: 'w', path: [] }])
    expect(one.timersCleared).toMatchObject([{ runId: 'run_0001_1' }])
    expect(contact.send(operator('stop')).runs).toMatchObject([{ id: 'run_0001' }])
    expect(contact.state?.runs).toEqual([])
  })
})

describe('who gets an envelope', () => {
  const waitFor = (id: string, event: string) =>
    workflowOf(id, [{ id: `${id}_w`, type: 'wait.for.event', event }])
  const TALK = {
    ...workflowOf('wf_talk', [{ id: 't', type: 'whatsapp.send_text', text: 'Olá' }]),
    trigger: { type: 'message.received.whatsapp' },
  }

  test('a message goes to the oldest run that waits for it, and starts nothing then', () => {
    const contact = createContact(
      libraryOf(
        waitFor('wf_a', 'message.received'),
        waitFor('wf_b', 'message.received.whatsapp'),
        TALK,
      ),
    )
    contact.send(lead())
    expect(contact.send(message('1')).runs.map((run) => run.id)).toEqual(['run_0001'])
    expect(contact.send(message('2')).runs.map((run) => run.id)).toEqual(['run_0001_1'])
    expect(contact.send(message('3')).runs).toMatchObject([
      { id: 'run_0004', isNew: true, workflowId: 'wf_talk' },
    ])
  })

  test('any other event goes to every run that waits for it, and to the triggers', () => {
    const contact = createContact(
      libraryOf(waitFor('wf_a', 'lead.captured'), waitFor('wf_b', 'lead.captured')),
    )
    contact.send(lead())
    const step = contact.send(lead())
    expect(step.runs.map(({ id, status, isNew }) => [id, status, isNew])).toEqual([
      ['run_0001', 'done', false],
      ['run_0001_1', 'done', false],
      ['run_0002', 'active', true],
      ['run_0002_1', 'active', true],
    ])
  })

  test('I3 workflows that one envelope triggers start in the order of the library, with ids of their own', () => {
    const contact = createContact(
      libraryOf(waitFor('wf_b', 'x.y'), waitFor('wf_a', 'x.y'), waitFor('wf_c', 'x.y')),
    )
    expect(contact.send(lead()).runs.map(({ id, workflowId }) => [id, workflowId])).toEqual([
      ['run_0001', 'wf_b'],
      ['run_0001_1', 'wf_a'],
      ['run_0001_2', 'wf_c'],
    ])
    expect(stateOf(contact)).toEqual(['wf_b_w', 'wf_a_w', 'wf_c_w'])
  })

  test('a run that an envelope started does not receive that envelope as well', () => {
    const contact = createContact(libraryOf(waitFor('wf_a', 'lead.captured')))
    contact.send(lead())
    expect(stateOf(contact)).toEqual(['wf_a_w'])
  })

  test('a conversation that an agent holds is no business of runs', () => {
    const contact = createContact(libraryOf(TALK))
    contact.send(lead())
    contact.state = { ...contact.state!, handover: 'agent' }
    expect(contact.send(message('oi'))).toMatchObject({
      runs: [],
      journal: { note: 'agent_has_conversation' },
    })
  })

  test('statuses and updates are noted in the journal and move nothing', () => {
    const contact = welcomed()
    const runs = contact.state?.runs
    expect(contact.send({ type: 'message.status', payload: { status: 'read' } }).journal.note).toBe(
      'status_noted',
    )
    expect(contact.send({ type: 'contact.updated', contact: ANA }).journal.note).toBe(
      'contact_noted',
    )
    expect(contact.state).toMatchObject({ runs, seq: 5 })
  })

  test('a message that comes late does not put the last one back', () => {
    const contact = createContact(libraryOf())
    contact.send(message('oi'))
    const known = contact.state?.lastInboundAt.whatsapp
    contact.state = { ...contact.state!, lastInboundAt: { whatsapp: '2030-01-01T00:00:00.000Z' } }
    contact.send(message('antes'))
    expect(known).toBe('2026-03-10T12:01:00.000Z')
    expect(contact.state.lastInboundAt.whatsapp).toBe('2030-01-01T00:00:00.000Z')
  })
})

describe('a run that cannot go on', () => {
  const HUGE = '{% for i in (1..2000000) %}x{% endfor %}'

  test('RUN_MICROSTEPS: an endless loop ends the run as failed, at its start or later', () => {
    const endless = { id: 'a', type: 'whatsapp.send_text', text: HUGE, onError: 'a' }
    const atOnce = createContact(libraryOf(workflowOf('wf_a', [endless]))).send(lead())
    const wait = { id: 'w', type: 'delay', duration: 'P1D' }
    const contact = createContact(libraryOf(workflowOf('wf_b', [wait, endless])))
    contact.send(lead())
    const later = contact.send(timerOf(contact))
    for (const step of [atOnce, later]) {
      expect(step).toMatchObject({
        effects: [],
        timersSet: [],
        state: { runs: [] },
        runs: [{ status: 'failed', path: ['$failed'], error: { code: 'RUN_MICROSTEPS' } }],
      })
    }
    expect(later.timersCleared).toHaveLength(1)
  })

  test('does not take the other runs of the contact with it', () => {
    const broken = workflowOf('wf_a', [{ id: 'a', type: 'set.variable', set: { x: HUGE } }])
    const sound = workflowOf('wf_b', [{ id: 'b', type: 'whatsapp.send_text', text: 'Oi' }])
    const step = createContact(libraryOf(broken, sound)).send(lead())
    expect(step.runs).toMatchObject([
      { status: 'failed', error: { code: 'EXPRESSION_FAILED', nodeId: 'a' } },
      { status: 'active', to: 'b' },
    ])
  })

  test('SNAPSHOT_VERSION: a run whose version is missing is an error, never a guess', () => {
    const contact = welcomed()
    const other = createContact(libraryOf())
    other.state = contact.state
    expect(() => other.send(PURCHASE(1))).toThrow(/ver_wf_lead_compra/)
  })
})
