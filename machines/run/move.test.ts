// A run moved by a person: it leaves where it is and enters another state as if a path had led there.

import { expect, it } from 'vitest'
import { compile } from '../compile/compile.ts'
import { EMPTY_CONTACT } from '../contracts/contact.ts'
import { documentOf, NOW, textNode, ZONE } from '../testing/document.ts'
import type { RunState, RunVersion } from './run-state.ts'
import { advanceRun, moveRun, startRun } from './run.ts'

const MOMENT = { contact: EMPTY_CONTACT, at: NOW, zone: ZONE }

function versionOf(nodes: object[]): RunVersion {
  const { workflow, diagnostics } = compile(documentOf(nodes))
  if (!workflow) throw new Error(JSON.stringify(diagnostics))
  return { workflowId: 'wf_test', versionId: 'ver_1', compiled: workflow }
}

function started(version: RunVersion): RunState {
  const { run } = startRun(
    version,
    { id: 'run_1', triggerEventId: 'evt_1', payload: { x: 1 } },
    MOMENT,
  )
  if (!run) throw new Error('the run has ended at once')
  return run
}

it('clears what it waited for, keeps what it knows, and performs what the state asks', () => {
  const version = versionOf([
    { id: 'guarda', type: 'set.variable', set: { nome: 'Ana' } },
    { id: 'espera', type: 'wait.for.event', event: 'order.sent', timeout: 'P1D', next: null },
    textNode('avisa', { text: 'Olá {{nome}}' }),
    { id: 'pausa', type: 'delay', duration: 'PT1H' },
  ])
  const outcome = moveRun(started(version), version, { nodeId: 'avisa', moment: MOMENT })
  expect(outcome.effects).toMatchObject([
    { nodeId: 'avisa', command: { text: 'Olá Ana' }, visit: 1 },
  ])
  expect(outcome.timersCleared).toEqual([{ runId: 'run_1', timerId: 'xstate.after.espera.espera' }])
  expect(outcome.change).toMatchObject({
    from: 'espera',
    to: 'avisa',
    isNew: false,
    path: ['avisa'],
  })
  const again = moveRun(started(version), version, { nodeId: 'espera', moment: MOMENT })
  expect(again.timersCleared).toEqual([])
  expect(again.timersSet).toMatchObject([{ generation: 2, nodeId: 'espera' }])
})

it('goes on from there as ever, also inside containers and out of an interrupt', () => {
  const version = versionOf([
    { id: 'espera', type: 'wait.for.event', event: 'order.sent', next: null },
    { id: 'dupla', type: 'parallel' },
    { id: 'um', type: 'group', parent: 'dupla' },
    { id: 'a', type: 'wait.for.event', event: 'a.happened', parent: 'um' },
    { id: 'b', type: 'wait.for.event', event: 'b.happened', parent: 'um' },
    { id: 'dois', type: 'group', parent: 'dupla' },
    { id: 'c', type: 'wait.for.event', event: 'c.happened', parent: 'dois' },
    { id: 'fim', type: 'wait.for.event', event: 'd.happened' },
    { id: 'menu', type: 'interrupt', words: ['menu'] },
    { id: 'dentro', type: 'wait.for.event', event: 'e.happened', parent: 'menu' },
  ])
  const tell = (run: RunState | null, type: string) => {
    if (!run) throw new Error('ended')
    return advanceRun(JSON.parse(JSON.stringify(run)) as RunState, version, { ...MOMENT, type }).run
  }
  const inMenu = tell(started(version), 'interrupt:menu')
  expect(inMenu?.states).toEqual(['dentro'])
  if (!inMenu) return
  const moved = moveRun(inMenu, version, { nodeId: 'b', moment: MOMENT }).run
  expect(moved?.states).toEqual(['b', 'c'])
  expect(moved?.snapshot.context.suspended ?? null).toBeNull()
  expect(tell(tell(moved, 'c.happened'), 'b.happened')?.states).toEqual(['fim'])
  expect(() => moveRun(inMenu, version, { nodeId: 'nada', moment: MOMENT })).toThrow('nada')
})

it('leaves to groups what they remember of before', () => {
  const version = versionOf([
    { id: 'grupo', type: 'group', on: [{ event: 'x.left', next: 'fora' }] },
    { id: 'a', type: 'wait.for.event', event: 'a.happened', parent: 'grupo' },
    { id: 'b', type: 'wait.for.event', event: 'b.happened', parent: 'grupo' },
    { id: 'fora', type: 'wait.for.event', event: 'y.happened' },
    { id: 'pausa', type: 'wait.for.event', event: 'z.happened' },
    { id: 'volta', type: 'goto', to: 'grupo', history: 'deep' },
  ])
  let run: RunState | null = started(version)
  for (const type of ['a.happened', 'x.left']) {
    run = run && advanceRun(run, version, { ...MOMENT, type }).run
  }
  expect(run?.states).toEqual(['fora'])
  run = run && moveRun(run, version, { nodeId: 'pausa', moment: MOMENT }).run
  run = run && advanceRun(run, version, { ...MOMENT, type: 'z.happened' }).run
  expect(run?.states).toEqual(['b'])
})
