import { describe, expect, test } from 'vitest'
import { compile } from '../compile/compile.ts'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import type { StateMap } from '../contracts/versions.ts'
import { documentOf, textNode } from '../testing/document.ts'
import { migrateRun, restoreRun, runMark } from './migrate.ts'
import type { RunOutcome, RunState, RunVersion } from './run-state.ts'
import { advanceRun, interruptRun, startRun } from './run.ts'

const at = (minute: number) => ({
  contact: EMPTY_CONTACT,
  at: new Date(Date.UTC(2026, 2, 10, 12, minute)).toISOString(),
  zone: 'UTC',
})

const wait = (id: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event: 'x.y',
  next: null,
  ...more,
})
const group = (id: string, more: object = {}) => ({ id, type: 'group', ...more })

function version(versionId: string, nodes: object[]): RunVersion {
  const { workflow, diagnostics } = compile(documentOf(nodes))
  if (!workflow) throw new Error(JSON.stringify(diagnostics))
  return { workflowId: 'wf_test', versionId, compiled: workflow }
}

/** A run of the first version after these events, moved to the second one ten minutes later. */
function move(
  before: object[],
  after: object[],
  { map = {}, events = [] as string[] }: { map?: StateMap; events?: string[] } = {},
) {
  const [from, to] = [version('ver_1', before), version('ver_2', after)]
  const start = { id: 'run_1', triggerEventId: 'evt_1', payload: { items: ['a', 'b', 'c'] } }
  let run = running(startRun(from, start, at(0)))
  for (const [index, type] of events.entries()) run = running(advance(run, from, type, index + 1))
  const outcome = migrateRun(copy(run), { from, to }, { map, moment: at(10) })
  return { from, to, run, outcome }
}

function moved(...given: Parameters<typeof move>) {
  const result = move(...given)
  if ('refused' in result.outcome) throw new Error(result.outcome.reason.en)
  const now = running(result.outcome)
  return {
    ...result,
    outcome: result.outcome,
    now,
    then: (type: string, minute = 11) => advance(now, result.to, type, minute),
  }
}

const refusal = (...given: Parameters<typeof move>): string | null => {
  const { outcome } = move(...given)
  return 'refused' in outcome ? outcome.refused : null
}

function advance(run: RunState, to: RunVersion, type: string, minute: number): RunOutcome {
  const [, nodeId, kind] = /^(\w+)=(done|failed)$/.exec(type) ?? []
  const pending = Object.values(run.effects).find((effect) => effect.nodeId === nodeId)
  const told =
    nodeId === undefined
      ? { type }
      : { type: `effect.${kind}`, nodeId, visit: pending?.visit ?? -1, output: 'ok' }
  return advanceRun(copy(run), to, { ...at(minute), ...told })
}

function running({ run }: RunOutcome): RunState {
  if (!run) throw new Error('the run has ended')
  return run
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const P1D = '2026-03-11T12:00:00.000Z'

test('what waits keeps waiting under its new name, and goes the ways of the new version', () => {
  const { run, outcome, now, then } = moved(
    [wait('w', { timeout: 'P1D' })],
    [wait('v', { timeout: 'P9D', next: 't' }), textNode('t', { text: 'Depois' })],
    { map: { w: 'v' } },
  )
  expect(now).toMatchObject({
    id: 'run_1',
    versionId: 'ver_2',
    state: 'v',
    states: ['v'],
    since: run.since,
  })
  expect(outcome.change).toMatchObject({
    fromVersionId: 'ver_1',
    versionId: 'ver_2',
    from: 'w',
    to: 'v',
    fromStates: ['w'],
    toStates: ['v'],
    path: [],
    status: 'active',
  })
  expect(outcome.effects).toEqual([])
  expect(then('x.y').effects).toMatchObject([{ id: 'eff_1_1', command: { text: 'Depois' } }])
})

describe('I7 timers', () => {
  const timeout = (id: string, duration?: string) => wait(id, duration ? { timeout: duration } : {})

  test('a time-out that both have stays due when it was, as the same arming', () => {
    const { outcome, now } = moved([timeout('w', 'P1D')], [timeout('w', 'P5D')])
    expect(now.timers).toEqual({ 'xstate.after.w.w': { nodeId: 'w', generation: 1, dueAt: P1D } })
    expect([outcome.timersSet, outcome.timersCleared]).toEqual([[], []])
  })

  test('of a renamed node it is armed anew for the same instant', () => {
    const { outcome, then } = moved([timeout('w', 'P1D')], [timeout('v', 'P5D')], {
      map: { w: 'v' },
    })
    expect(outcome.timersSet).toEqual([
      { runId: 'run_1', timerId: 'xstate.after.v.v', nodeId: 'v', generation: 2, dueAt: P1D },
    ])
    expect(outcome.timersCleared).toEqual([{ runId: 'run_1', timerId: 'xstate.after.w.w' }])
    expect(then('xstate.after.v.v').change.status).toBe('done')
  })

  test('one that was lost is cleared, a new one counts from now', () => {
    const lost = moved([timeout('w', 'P1D')], [timeout('w')])
    expect([lost.now.timers, lost.outcome.timersCleared.length]).toEqual([{}, 1])
    const gained = moved([timeout('w')], [timeout('w', 'PT1H')])
    expect(gained.outcome.timersSet).toMatchObject([
      { dueAt: '2026-03-10T13:10:00.000Z', generation: 1 },
    ])
  })

  test('an id that is a number is a name like any other', () => {
    const { now } = moved([timeout('w')], [timeout('7', 'PT1H')], { map: { w: '7' } })
    expect(Object.values(now.timers)).toEqual([
      { nodeId: '7', generation: 1, dueAt: '2026-03-10T13:10:00.000Z' },
    ])
  })

  test('that of a group around it goes with the group', () => {
    const inside = (id: string) => [
      group(id, { timeout: 'P1D', timeoutNext: null }),
      wait('w', { parent: id }),
    ]
    const { now } = moved(inside('g'), inside('h'), { map: { g: 'h' } })
    expect(now.timers).toMatchObject({ 'xstate.after.h.h': { nodeId: 'h', dueAt: P1D } })
    expect(now.snapshot.value).toEqual({ h: 'w' })
  })
})

describe('I4 effects under way', () => {
  test('move with their node, with their id, and the new version takes the result', () => {
    const { run, now, then } = moved([textNode('a'), wait('w')], [textNode('b'), wait('w')], {
      map: { a: 'b' },
    })
    expect(Object.keys(now.effects)).toEqual(Object.keys(run.effects))
    expect(then('b=done').change).toMatchObject({ from: 'b', to: 'w' })
    expect(running(then('b=done')).snapshot.context.results).toEqual({ b: 'ok' })
  })

  test('are no reason to ask again, and never lead to another kind of node', () => {
    expect(moved([textNode('a')], [textNode('a', { text: 'Novo' })]).outcome.effects).toEqual([])
    const media = {
      id: 'a',
      type: 'whatsapp.send_media',
      media: 'image',
      link: 'https://a.b/c.png',
    }
    expect(refusal([textNode('a')], [media])).toBe('EFFECT_PENDING')
    expect(refusal([textNode('a')], [wait('w')], { map: { a: 'w' } })).toBe('EFFECT_PENDING')
  })

  test('a wait cannot become a node whose question was never asked', () => {
    expect(refusal([wait('w')], [textNode('a')], { map: { w: 'a' } })).toBe('STATE_NEEDS_ENTRY')
  })
})

test('results are found under the new name too; variables, payload and the number of visits stay', () => {
  const nodes = (id: string) => [
    textNode(id),
    { id: 's', type: 'set.variable', set: { x: 1 } },
    wait('w'),
  ]
  const { run, now } = moved(nodes('a'), nodes('b'), { map: { a: 'b' }, events: ['a=done'] })
  expect(now.snapshot.context).toEqual({
    ...run.snapshot.context,
    results: { a: 'ok', b: 'ok' },
    awaiting: { b: 1 },
  })
})

describe('containers', () => {
  const loop = (id: string) => [
    { id, type: 'loop.for-each', items: '$.payload.items', as: 'item' },
    wait('w', { parent: id, next: undefined }),
    wait('z'),
  ]

  test('a loop keeps what it has still to go through', () => {
    const { now, then } = moved(loop('l'), loop('m'), { map: { l: 'm' }, events: ['x.y'] })
    expect(now.snapshot.context.loops).toEqual({ m: ['c'] })
    expect(running(then('x.y')).snapshot.context).toMatchObject({
      vars: { item: 'c' },
      loops: { m: [] },
    })
  })

  const parallel = (...regions: string[]) => [
    { id: 'p', type: 'parallel' },
    ...regions.flatMap((id) => [
      group(id, { parent: 'p' }),
      wait(`w_${id}`, { parent: id, event: `x.${id}`, next: undefined }),
    ]),
    wait('after'),
  ]

  test('every path of a parallel finds its place, also one that is done', () => {
    const { now, then } = moved(parallel('a', 'b'), parallel('b', 'c'), {
      map: { a: 'c', w_a: 'w_c' },
      events: ['x.b'],
    })
    expect(now).toMatchObject({
      states: ['w_c'],
      snapshot: { value: { p: { b: 'done:b', c: 'w_c' } } },
    })
    expect(then('x.c').change.to).toBe('after')
  })

  test('a path that is gone is left out; one that is new, or two in one, stand in the way', () => {
    const { now, then } = moved(parallel('a', 'b'), parallel('a'), { map: { b: 'p', w_b: 'p' } })
    expect(now).toMatchObject({ states: ['w_a'], snapshot: { value: { p: { a: 'w_a' } } } })
    expect(then('x.a').change.to).toBe('after')
    expect(refusal(parallel('a'), parallel('a', 'b'))).toBe('PATH_MISSING')
    expect(refusal(parallel('a', 'b'), parallel('a'), { map: { w_b: 'after', b: null } })).toBe(
      'PATHS_COLLIDE',
    )
    expect(
      refusal(parallel('a', 'b'), parallel('a'), { map: { b: 'p', w_b: 'p' }, events: ['x.a'] }),
    ).toBe('PATHS_OVER')
  })

  test('a removed state goes on at the beginning of its group, with the time-outs of that', () => {
    const nodes = [
      group('g'),
      wait('w1', { parent: 'g', timeout: 'PT1H', next: 'w2' }),
      wait('w2', { parent: 'g', event: 'x.z' }),
    ]
    const { now } = moved(
      nodes,
      nodes.slice(0, 2).map((node) => ({ ...node, next: null })),
      {
        map: { w2: 'g' },
        events: ['x.y'],
      },
    )
    expect(now).toMatchObject({
      state: 'w1',
      timers: { 'xstate.after.w1.w1': { dueAt: '2026-03-10T13:10:00.000Z' } },
    })
  })

  test('a group remembers its states under their new names, or forgets them', () => {
    const nodes = (inner: string) => [
      group('g', { on: [{ event: 'x.out', next: 'o' }] }),
      wait('w1', { parent: 'g', next: inner }),
      wait(inner, { parent: 'g', event: 'x.z' }),
      wait('o', { next: 'back' }),
      { id: 'back', type: 'goto', to: 'g', history: 'deep' },
    ]
    const remembers = moved(nodes('w2'), nodes('v2'), {
      map: { w2: 'v2' },
      events: ['x.y', 'x.out'],
    })
    expect(remembers.now.snapshot.history).toMatchObject({ 'deep:g': ['v2'] })
    expect(remembers.then('x.y').change.to).toBe('v2')
    const forgets = moved(nodes('w2'), nodes('v2'), { map: { w2: 'o' }, events: ['x.y', 'x.out'] })
    expect(forgets.now.snapshot.history).toBeUndefined()
    expect(forgets.then('x.y').change.to).toBe('w1')
  })
})

test('the root of a version with interrupts holds its states one deeper, and a run moves there and back', () => {
  const menu = [
    { id: 'menu', type: 'interrupt', words: ['menu'] },
    textNode('m', { parent: 'menu' }),
  ]
  const { to, from, now, then } = moved(
    [wait('w')],
    [wait('w', { next: 't' }), textNode('t'), ...menu],
  )
  expect(now.snapshot.value).toEqual({ $main: 'w' })
  expect(then('x.y').change.to).toBe('t')
  const back = migrateRun(copy(now), { from: to, to: from }, { map: {}, moment: at(12) })
  expect('refused' in back ? back.refused : running(back).snapshot.value).toBe('w')
})

describe('a run in an interrupt', () => {
  const nodes = (id: string, text = 'Oi') => [
    textNode('a', { text }),
    wait(id, { timeout: 'P1D', next: 't' }),
    textNode('t', { text: 'Fim', next: null }),
    { id: 'help', type: 'interrupt', event: 'x.help' },
    wait('h', { parent: 'help', event: 'x.back', next: undefined }),
  ]
  const interrupted = (events: string[]) => {
    const from = version('ver_1', nodes('w'))
    let run = running(startRun(from, { id: 'run_1', triggerEventId: 'evt_1', payload: {} }, at(0)))
    for (const type of events) run = running(advance(run, from, type, 1))
    const event = { ...at(2), type: 'x.help', payload: {} }
    return { from, run: running(interruptRun(copy(run), from, { interruptId: 'help', event })) }
  }

  test('goes back to where it was under the new names, with its due instants', () => {
    const { from, run } = interrupted(['a=done'])
    const to = version('ver_2', nodes('v'))
    const outcome = migrateRun(copy(run), { from, to }, { map: { w: 'v' }, moment: at(10) })
    if ('refused' in outcome) throw new Error(outcome.reason.en)
    const back = running(advance(running(outcome), to, 'x.back', 20))
    expect(back).toMatchObject({
      states: ['v'],
      timers: { 'xstate.after.v.v': { dueAt: '2026-03-11T12:01:00.000Z' } },
    })
    expect(advance(back, to, 'x.y', 21).change.to).toBe('t')
  })

  test('takes what was under way with it, and stays where there is no way back', () => {
    const { from, run } = interrupted([])
    const to = version('ver_2', nodes('w', 'Olá'))
    const outcome = migrateRun(copy(run), { from, to }, { map: {}, moment: at(10) })
    if ('refused' in outcome) throw new Error(outcome.reason.en)
    const answered = running(advance(running(outcome), to, 'a=done', 11))
    expect(running(advance(answered, to, 'x.back', 12))).toMatchObject({ states: ['w'] })
    const gone = version('ver_2', nodes('w').slice(1))
    expect(migrateRun(run, { from, to: gone }, { map: {}, moment: at(10) })).toMatchObject({
      refused: 'STATE_REMOVED',
    })
  })
})

test('what has no place is refused by name: removed, unknown, passed through, another version', () => {
  const passes = [wait('w', { next: 's' }), { id: 's', type: 'set.variable', set: { x: 1 } }]
  expect(refusal([wait('w')], [wait('v')])).toBe('STATE_REMOVED')
  expect(refusal([wait('w')], [wait('v')], { map: { w: null } })).toBe('STATE_REMOVED')
  expect(refusal([wait('w')], [wait('v')], { map: { w: 'nowhere' } })).toBe('STATE_UNKNOWN')
  expect(refusal([wait('w')], passes, { map: { w: 's' } })).toBe('STATE_NOT_WAITING')
  expect(refusal([wait('w')], [wait('v')], { map: { w: '$end' } })).toBe('STATE_NOT_WAITING')
  const { run, to, from } = move([wait('w')], [wait('w')])
  expect(migrateRun(run, { from: to, to: from }, { map: {}, moment: at(1) })).toMatchObject({
    refused: 'VERSION_CHANGED',
    reason: { 'pt-BR': expect.stringMatching(/versão/) as string },
  })
})

describe('the way back', () => {
  const nodes = (id: string) => [wait(id, { timeout: 'P1D', next: 't' }), textNode('t')]

  test('a run that has not moved since is as it was; its timers are armed anew', () => {
    const { run, now } = moved(nodes('w'), nodes('v'), { map: { w: 'v' } })
    const back = restoreRun(copy(now), { before: copy(run), expected: runMark(now) })
    if ('refused' in back) throw new Error(back.refused)
    expect(back.run).toEqual({
      ...run,
      generation: 3,
      timers: { 'xstate.after.w.w': { nodeId: 'w', generation: 3, dueAt: P1D } },
    })
    expect(back.change).toMatchObject({
      fromVersionId: 'ver_2',
      versionId: 'ver_1',
      from: 'v',
      to: 'w',
    })
    expect([back.timersSet.length, back.timersCleared.length]).toEqual([1, 1])
  })

  test('one that has moved since stays', () => {
    const { run, now, then } = moved(nodes('w'), nodes('v'), { map: { w: 'v' } })
    const later = running(then('x.y'))
    expect(restoreRun(later, { before: run, expected: runMark(now) })).toMatchObject({
      refused: 'RUN_MOVED_ON',
    })
  })
})
