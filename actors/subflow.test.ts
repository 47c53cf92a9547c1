import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#machines/contracts/json.ts'
import {
  createContact,
  doneOf,
  failedOf,
  giveBack,
  lead,
  libraryOf,
  message,
  operator,
  type TestContact,
  timerOf,
  withVersions,
  workflowOf,
} from './testing/contact.ts'

/** Runs another workflow and says what came back. */
const caller = (more: object = {}, rest: object[] = []) =>
  workflowOf('wf_caller', [
    {
      id: 'sub',
      type: 'subflow',
      workflow: 'wf_child',
      input: { who: '$.payload.name' },
      as: 'got',
      ...more,
    },
    { id: 'told', type: 'whatsapp.send_text', text: 'Nota: {{got.note}}', next: null },
    { id: 'failed', type: 'whatsapp.send_text', text: 'Não deu' },
    ...rest,
  ])
const child = (nodes: object[]) => ({
  ...workflowOf('wf_child', nodes),
  trigger: { type: 'manual' },
})
const ASKS = child([
  { id: 'q', type: 'whatsapp.send_text', text: '{{payload.who}}, que nota?' },
  { id: 'a', type: 'wait.for.event', event: 'message.received', timeout: 'PT1H' },
  { id: 'z', type: 'end', output: { note: '$.a.text' } },
])

function begin(documents: object[], payload: JsonObject = { name: 'Ana' }): TestContact {
  const contact = createContact(libraryOf(...documents))
  contact.send(lead(payload))
  return contact
}
const runsOf = (contact: TestContact) => contact.state?.runs.map(({ id, state }) => [id, state])
const textsOf = (contact: TestContact) =>
  contact.steps
    .at(-1)
    ?.effects.map(({ command }) => ('text' in command ? command.text : command.kind))

describe('a subflow', () => {
  test('starts in the Step that reaches it, with its input, and gives its output back', () => {
    const contact = begin([caller(), ASKS])
    expect(contact.steps[0]?.runs).toMatchObject([
      { id: 'run_0001', workflowId: 'wf_caller', isNew: true, to: 'sub' },
      { id: 'run_0001_s1', workflowId: 'wf_child', isNew: true, triggerEventId: 'evt_0001' },
    ])
    expect(textsOf(contact)).toEqual(['Ana, que nota?'])
    expect(contact.steps[0]?.effects).toMatchObject([{ id: 'eff_0001_s1_1' }])
    contact.settle()
    const step = contact.send(message('10'))
    expect(step.runs).toMatchObject([
      { id: 'run_0001_s1', status: 'done' },
      { id: 'run_0001', from: 'sub', to: 'told' },
    ])
    expect(textsOf(contact)).toEqual(['Nota: 10'])
    expect(contact.state?.runs[0]?.snapshot.context.results['sub']).toEqual({ note: '10' })
  })

  test('is over in the same Step when it has nothing to wait for', () => {
    const contact = begin([caller(), child([{ id: 'z', type: 'end', output: { note: 7 } }])])
    expect(contact.steps[0]?.runs).toMatchObject([
      { id: 'run_0001', path: ['sub', 'told'], isNew: true },
      { id: 'run_0001_s1', status: 'done', isNew: true },
    ])
    expect(textsOf(contact)).toEqual(['Nota: 7'])
  })

  test('that gives nothing back gives an empty object', () => {
    const contact = begin([caller({ input: undefined }), child([{ id: 'z', type: 'end' }])])
    expect(contact.state?.runs[0]?.snapshot.context.vars).toEqual({ got: {} })
  })

  test('never becomes an effect', () => {
    const contact = begin([caller(), ASKS])
    const kinds = contact.steps.flatMap((step) => step.effects.map(({ command }) => command.kind))
    expect(kinds).not.toContain('subflow.start')
  })

  test('starts anew on every visit, under an id of its own', () => {
    const loop = workflowOf('wf_caller', [
      { id: 'sub', type: 'subflow', workflow: 'wf_child' },
      { id: 'w', type: 'delay', duration: 'PT1H', next: 'sub' },
    ])
    const contact = begin([loop, child([{ id: 'z', type: 'end' }])])
    contact.send(timerOf(contact))
    contact.send(timerOf(contact))
    const ids = contact.steps.flatMap((step) => step.runs.map(({ id }) => id))
    expect(ids.filter((id) => id.includes('_s'))).toEqual([
      'run_0001_s1',
      'run_0001_s2',
      'run_0001_s3',
    ])
  })
})

describe('a subflow that fails', () => {
  test('leaves its node by the error, with the reason', () => {
    const contact = begin([caller({ onError: 'failed' }), ASKS])
    const step = contact.send(failedOf(contact.steps[0]?.effects[0], 'WHATSAPP_131026'))
    expect(step.runs).toMatchObject([
      { id: 'run_0001_s1', status: 'failed', error: { code: 'WHATSAPP_131026' } },
      { id: 'run_0001', path: ['failed'] },
    ])
    expect(contact.state?.runs[0]?.snapshot.context.error).toMatchObject({
      code: 'SUBFLOW_FAILED',
      nodeId: 'sub',
      message: expect.stringContaining('WHATSAPP_131026'),
    })
  })

  test('for nobody who catches it takes its parent along', () => {
    const contact = begin([caller(), ASKS])
    contact.send(failedOf(contact.steps[0]?.effects[0]))
    expect(contact.steps.at(-1)?.runs).toMatchObject([
      { status: 'failed' },
      { status: 'failed', error: { code: 'SUBFLOW_FAILED', nodeId: 'sub' } },
    ])
    expect(contact.state?.runs).toEqual([])
  })

  test('by the hand of an operator fails too', () => {
    const contact = begin([caller({ onError: 'failed' }), ASKS])
    contact.send(operator('stop', 'run_0001_s1'))
    expect(runsOf(contact)).toEqual([['run_0001', 'failed']])
  })

  test.each([
    ['no such workflow', { workflow: 'wf_none' }],
    ['no such version', { version: 'ver_none' }],
    ["another workflow's version", { version: 'ver_wf_caller' }],
  ])('SUBFLOW_UNAVAILABLE: %s', (_, more) => {
    const contact = begin([caller({ onError: 'failed', ...more }), ASKS])
    expect(contact.state?.runs).toMatchObject([
      { state: 'failed', snapshot: { context: { error: { code: 'SUBFLOW_UNAVAILABLE' } } } },
    ])
  })

  test('SUBFLOW_DEPTH: a workflow that runs itself comes to an end', () => {
    const itself = workflowOf('wf_a', [{ id: 'sub', type: 'subflow', workflow: 'wf_a' }])
    const contact = begin([itself])
    const [root, ...inner] = contact.steps[0]?.runs ?? []
    expect(inner).toHaveLength(8)
    expect(inner.at(-1)).toMatchObject({ status: 'failed', error: { code: 'SUBFLOW_DEPTH' } })
    expect(root).toMatchObject({ status: 'failed', error: { code: 'SUBFLOW_FAILED' } })
    expect(contact.state?.runs).toEqual([])
  })

  test('RUN_MICROSTEPS: runs that multiply end within the Step, in bounded time', () => {
    const region = (n: number) => [
      { id: `g${n}`, type: 'group', parent: 'p' },
      { id: `s${n}`, type: 'subflow', workflow: 'wf_a', parent: `g${n}` },
    ]
    const many = workflowOf('wf_a', [
      { id: 'p', type: 'parallel', next: null },
      ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap(region),
    ])
    const begun = performance.now()
    const contact = begin([many])
    expect(contact.state?.runs).toEqual([])
    expect(contact.steps[0]?.runs[0]).toMatchObject({ id: 'run_0001', status: 'failed' })
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})

describe('a parent', () => {
  test('that leaves the node by its time-out takes its child along', () => {
    const contact = begin([caller({ timeout: 'PT5M', timeoutNext: 'failed' }), ASKS])
    const step = contact.send(timerOf(contact))
    expect(step.runs).toMatchObject([
      { id: 'run_0001', to: 'failed' },
      { id: 'run_0001_s1', status: 'stopped' },
    ])
    expect(runsOf(contact)).toEqual([['run_0001', 'failed']])
    expect(contact.send(doneOf(contact.steps[0]?.effects[0])).journal.note).toBe('run_ended')
  })

  test('that is stopped or moved takes its children along, and theirs', () => {
    const middle = child([{ id: 'deep', type: 'subflow', workflow: 'wf_deep' }])
    const deep = { ...ASKS, id: 'wf_deep' }
    for (const acted of [
      operator('stop', 'run_0001'),
      operator('move', 'run_0001', { nodeId: 'failed' }),
    ]) {
      const contact = begin([caller(), middle, deep])
      expect(runsOf(contact)).toHaveLength(3)
      const step = contact.send(acted)
      expect(step.runs.filter((run) => run.status === 'stopped').map((run) => run.id)).toEqual(
        expect.arrayContaining(['run_0001_s1', 'run_0001_s1_s1']),
      )
      expect(contact.state?.runs.every((run) => run.id === 'run_0001')).toBe(true)
    }
  })

  test('of several children goes on when the last is over', () => {
    const both = workflowOf('wf_caller', [
      { id: 'p', type: 'parallel', next: 'joined' },
      { id: 'g1', type: 'group', parent: 'p' },
      { id: 's1', type: 'subflow', workflow: 'wf_child', parent: 'g1' },
      { id: 'g2', type: 'group', parent: 'p' },
      { id: 's2', type: 'subflow', workflow: 'wf_child', parent: 'g2' },
      { id: 'joined', type: 'delay', duration: 'P1D' },
    ])
    const contact = begin([both, ASKS])
    contact.settle()
    contact.send(message('1'))
    expect(runsOf(contact)?.map(([id]) => id)).toEqual(['run_0001', 'run_0001_s2'])
    contact.send(message('2'))
    expect(runsOf(contact)).toEqual([['run_0001', 'joined']])
  })

  test('that a group pulls away is given the event, and its child is not', () => {
    const grouped = workflowOf('wf_caller', [
      { id: 'g', type: 'group', on: [{ event: 'x.came', next: 'away' }] },
      { id: 'sub', type: 'subflow', workflow: 'wf_child', parent: 'g' },
      { id: 'away', type: 'delay', duration: 'P1D' },
    ])
    const waits = child([{ id: 'w', type: 'wait.for.event', event: 'x.came', timeout: 'P1D' }])
    const contact = begin([grouped, waits])
    expect(contact.send({ type: 'x.came' }).runs).toMatchObject([
      { id: 'run_0001', to: 'away' },
      { id: 'run_0001_s1', status: 'stopped' },
    ])
  })
})

describe('the version that a subflow runs', () => {
  const v1 = child([{ id: 'z', type: 'end', output: { note: 'v1' } }])
  const v2 = child([{ id: 'z', type: 'end', output: { note: 'v2' } }])

  test('is the one it names, published or not', () => {
    const library = withVersions(libraryOf(caller({ version: 'ver_1' }), v2), { ver_1: v1 })
    const contact = createContact(library)
    contact.send(lead())
    expect(textsOf(contact)).toEqual(['Nota: v1'])
  })

  test('is the one that is published when the run gets there, where it names none', () => {
    const contact = createContact(libraryOf(caller(), v2))
    contact.send(lead())
    expect(textsOf(contact)).toEqual(['Nota: v2'])
  })
})

describe('arbitration', () => {
  test('exclusive groups are for what a trigger starts, not for subflows', () => {
    const group = { exclusive: 'vendas' }
    const contact = begin([
      { ...caller(), trigger: { type: 'lead.captured', ...group } },
      { ...ASKS, trigger: { type: 'manual', ...group } },
    ])
    expect(runsOf(contact)).toHaveLength(2)
  })

  test('nor does a subflow keep its group from others, or lose its run to them', () => {
    const quiet = { ...ASKS, trigger: { type: 'manual', exclusive: 'vendas', priority: 1 } }
    const sale = {
      ...workflowOf('wf_sale', [{ id: 'w', type: 'delay', duration: 'P1D' }]),
      trigger: { type: 'event', event: 'sale.came', exclusive: 'vendas', priority: 1 },
    }
    const urgent = {
      ...sale,
      id: 'wf_urgent',
      trigger: { type: 'event', event: 'urgent.came', exclusive: 'vendas', priority: 9 },
    }
    const contact = begin([caller(), quiet, sale, urgent])
    expect(contact.send({ type: 'sale.came' }).runs).toMatchObject([{ workflowId: 'wf_sale' }])
    expect(contact.send({ type: 'urgent.came' }).runs).toMatchObject([
      { workflowId: 'wf_sale', status: 'stopped' },
      { workflowId: 'wf_urgent', isNew: true },
    ])
  })

  test('a stop word inside a subflow stops the child, and its parent hears of it', () => {
    const quiet = workflowOf('wf_caller', [
      { id: 'sub', type: 'subflow', workflow: 'wf_child', onError: 'rest' },
      { id: 'rest', type: 'delay', duration: 'P1D' },
    ])
    const contact = begin([quiet, ASKS])
    expect(contact.send(message('parar')).runs).toMatchObject([
      { id: 'run_0001_s1', status: 'stopped' },
      { id: 'run_0001', to: 'rest' },
    ])
  })

  test('a person whom a subflow calls for has the conversation, and it goes on in the subflow', () => {
    const calls = child([
      { id: 'h', type: 'handoff.human' },
      { id: 'z', type: 'end', output: { note: 'ok' } },
    ])
    const contact = begin([caller(), calls])
    expect(contact.state?.handover).toBe('waiting for agent')
    contact.send(operator('take'))
    contact.send(giveBack())
    expect(textsOf(contact)).toEqual(['Nota: ok'])
  })

  test('a child takes no message while its parent is in an interrupt, and takes them again after', () => {
    const parent = caller({}, [
      { id: 'ajuda', type: 'interrupt', words: ['atendente'] },
      { id: 'avisa', type: 'whatsapp.send_text', text: 'Já chamo', parent: 'ajuda' },
      { id: 'fila', type: 'handoff.human', parent: 'ajuda' },
    ])
    const contact = begin([parent, ASKS])
    contact.settle()
    contact.send(message('atendente'))
    contact.settle()
    expect(contact.send(message('meu pedido sumiu')).runs).toEqual([])
    expect(runsOf(contact)).toEqual([
      ['run_0001', 'fila'],
      ['run_0001_s1', 'a'],
    ])
    contact.send(operator('take'))
    contact.send(giveBack({ mode: 'history' }))
    expect(runsOf(contact)).toEqual([
      ['run_0001', 'sub'],
      ['run_0001_s1', 'a'],
    ])
    contact.send(message('nove'))
    expect(textsOf(contact)).toEqual(['Nota: nove'])
  })
})
