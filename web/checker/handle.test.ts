import { expect, test } from 'vitest'
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import tests from '../../examples/lead-welcome.tests.json' with { type: 'json' }
import { chartOf } from '#machines/compile/chart.ts'
import { compile } from '#machines/compile/compile.ts'
import { knownAt } from '#machines/compile/known-at.ts'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { createHandler } from './handle.ts'
import type { Question } from './protocol.ts'
import { createSender } from './sending.ts'

/** A worker with one document, and what it answers. */
function open(document: unknown, around?: Surroundings) {
  const [handle, sender] = [createHandler(), createSender()]
  let id = 0
  return (question: Question) => {
    id += 1
    const sent = sender.next(document as WorkflowDocument, around)
    return handle(structuredClone({ ...question, id, sent }))
  }
}

const NOBODY: Surroundings = { channels: new Set(), templates: [], workflows: [] }

test('a check finds what the server finds and draws what the page draws', () => {
  const { diagnostics } = compile(welcome, NOBODY)
  expect(diagnostics.map(({ code }) => code)).toContain('CHANNEL_MISSING')
  const answer = { diagnostics, ...chartOf(welcome) }
  const ask = open(welcome, NOBODY)
  expect(ask({ kind: 'check' })).toEqual({ kind: 'check', id: 1, answer })
  const places = (items: readonly unknown[]) => items.map((_, place) => place)
  const { nodes, edges } = answer
  expect(ask({ kind: 'check' })).toMatchObject({
    id: 2,
    answer: { diagnostics: places(diagnostics), nodes: places(nodes), edges: places(edges) },
  })
})

test('a field can be completed, a conversation played, disturbed and tested', () => {
  const ask = open(welcome)
  const nodeId = welcome.nodes.at(-1)!.id
  expect(ask({ kind: 'complete', nodeId })).toEqual({
    kind: 'complete',
    id: 1,
    answer: knownAt(welcome, nodeId),
  })
  const script = [{ skip: 'PT10M' }]
  const played = ask({ kind: 'simulate', script, options: {} })
  expect(played).toEqual({ kind: 'simulate', id: 2, answer: simulate(welcome, script) })
  // The same machine plays again as if nothing had been.
  expect(ask({ kind: 'simulate', script, options: {} })).toEqual({ ...played, id: 3 })
  expect(ask({ kind: 'chaos', script, options: {} })).toMatchObject({ kind: 'chaos', id: 4 })
  const tested = ask({ kind: 'test', tests: tests as never })
  expect(tested).toMatchObject({ kind: 'test', answer: tests.map(() => ({ passed: true })) })
})

test('a draft with errors is not played, and why is said', () => {
  const reply = open({ ...welcome, nodes: [] })({ kind: 'simulate', script: [], options: {} })
  const { diagnostics } = compile({ ...welcome, nodes: [] })
  expect(reply).toMatchObject({ kind: 'simulate', answer: { steps: [], diagnostics } })
})

test('a request that cannot be followed is answered, and the next one too', () => {
  const handle = createHandler()
  const lost = { rest: {}, order: [7], fresh: [] }
  expect(handle({ kind: 'check', id: 1, sent: { document: lost } })).toEqual({
    kind: 'broken',
    id: 1,
    message: 'node 7 was never sent',
  })
  expect(handle({ kind: 'check', id: 2, sent: {} })).toMatchObject({ kind: 'check', id: 2 })
})
