// What the worker does with a request. Knows nothing of workers, so that tests call it as it is.

import { compile, type CompileResult } from '#machines/compile/compile.ts'
import { type CheckedDraft, createDraftCheck } from '#machines/compile/check-draft.ts'
import { knownAt } from '#machines/compile/known-at.ts'
import type { ParseMemory } from '#machines/compile/parse.ts'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import { chaos } from '#machines/simulate/chaos.ts'
import { paths } from '#machines/simulate/paths.ts'
import { NOTHING_SIMULATED, simulateCompiled } from '#machines/simulate/simulate.ts'
import { runTests } from '#machines/simulate/workflow-tests.ts'
import type { Completion } from './checking.ts'
import { problemKey } from './problem-key.ts'
import type { Answers, Reply, Request } from './protocol.ts'
import { createReceiver } from './receiving.ts'
import { tellList } from './telling.ts'

export function createHandler(): (request: Request) => Reply {
  const receiver = createReceiver()
  const desk = createDesk()
  let surroundings: Surroundings | undefined

  return (request) => {
    try {
      const { sent } = request
      const document = receiver.take(sent.document)
      if (sent.surroundings !== undefined) surroundings = sent.surroundings ?? undefined
      return answer(request, { document, surroundings, desk })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return { kind: 'broken', id: request.id, message }
    }
  }
}

interface Known {
  document: unknown
  surroundings: Surroundings | undefined
  desk: Desk
}

function answer(request: Request, { document, surroundings, desk }: Known): Reply {
  const { id } = request
  switch (request.kind) {
    case 'check':
      return { kind: 'check', id, answer: desk.check(document, surroundings) }
    case 'complete':
      return { kind: 'complete', id, answer: desk.known(document, request.nodeId, surroundings) }
    case 'simulate': {
      const { diagnostics, workflow } = desk.compiled(document)
      const simulation = workflow
        ? simulateCompiled(workflow, request.script, request.options)
        : NOTHING_SIMULATED
      return { kind: 'simulate', id, answer: { ...simulation, diagnostics } }
    }
    case 'chaos': {
      const options = Object(request.options) as Parameters<typeof chaos>[2]
      return { kind: 'chaos', id, answer: chaos(document, request.script, options) }
    }
    case 'test':
      return { kind: 'test', id, answer: runTests(document, request.tests) }
    case 'paths':
      return { kind: 'paths', id, answer: paths(document) }
  }
}

/** What is remembered between requests. */
interface Desk {
  check(document: unknown, surroundings: Surroundings | undefined): Answers['check']
  known(document: unknown, nodeId: string, surroundings: Surroundings | undefined): Completion[]
  compiled(document: unknown): CompileResult
}

function createDesk(): Desk {
  const memory: ParseMemory = new WeakMap()
  const check = createDraftCheck(memory)
  let told: CheckedDraft = { diagnostics: [], chart: { nodes: [], edges: [] } }
  let last: { document: unknown; result: CompileResult } | null = null
  return {
    check(document, surroundings) {
      const before = told
      told = check(document, surroundings)
      const { diagnostics, chart } = told
      return {
        diagnostics: tellList(before.diagnostics, diagnostics, problemKey),
        nodes: tellList(before.chart.nodes, chart.nodes, ({ id }) => id),
        edges: tellList(before.chart.edges, chart.edges, ({ id }) => id),
      }
    },
    known: (document, nodeId, surroundings) => knownAt(document, nodeId, surroundings, memory),
    /** A conversation is played anew with each answer, on the same machine. */
    compiled(document) {
      if (last && last.document === document) return last.result
      const result = compile(document)
      last = { document, result }
      return result
    },
  }
}
