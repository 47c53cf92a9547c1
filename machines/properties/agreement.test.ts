// Compiler P3 of the reliability catalogue: the compiled machine against an independent interpreter of documents, over
// random documents and traces. FLUXO_RUNS sets the number of cases (a tenth of it here), FLUXO_SEED replays one run.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeBase } from '../nodes/node-kind.ts'
import type { RunOutcome } from '../run/run-state.ts'
import { propertyOptions } from '../testing/property-options.ts'
import { wholeDocument } from '../testing/random-document.ts'
import { payload, play, referenceEvent, trace } from '../testing/random-trace.ts'
import { createReference, MAX_ROUNDS, type ReferenceStep } from '../testing/reference.ts'
import { uncheckedVersion } from '../testing/unchecked-version.ts'

const { cases, test: options } = propertyOptions(process.env, 1000, 0.1)

/** Below it no machine may give up, and at MAX_ROUNDS every machine must: a round is one to three of its steps. */
const SURE_ROUNDS = 300

/** What a machine shows of one step. */
function machineShows({ run, change, effects }: RunOutcome) {
  const { vars, results, output } = run?.snapshot.context ?? change.context ?? {}
  const timers = Object.values(run?.timers ?? {}).map(({ nodeId, dueAt, generation }) => {
    return [nodeId, { dueAt, generation }] as const
  })
  return {
    status: change.status,
    error: change.error && { code: change.error.code, nodeId: change.error.nodeId },
    entered: change.path,
    effects: effects.map(({ nodeId, visit, command }) => ({ nodeId, visit, command })),
    states: run?.states.toSorted() ?? [],
    timers: Object.fromEntries(timers),
    vars,
    results,
    output,
  }
}

/** The same of the reference, which knows containers as states too. */
function referenceShows({ run, entered, effects }: ReferenceStep, containers: Set<unknown>) {
  const isActive = run.status === 'active'
  const { status, error, vars, results, output } = run
  return {
    status,
    error: isActive || !error ? null : { code: error.code, nodeId: error.nodeId },
    entered,
    effects,
    states: isActive ? run.active.filter((id) => !containers.has(id)).toSorted() : [],
    timers: isActive ? run.timers : {},
    vars,
    results,
    output,
  }
}

test('P3 the compiled machine does what the reference does, step by step', options, () => {
  const seen = { steps: 0, endless: 0, ended: 0 }
  fc.assert(
    fc.property(wholeDocument, payload, trace, (document, start, happenings) => {
      const version = uncheckedVersion(document)
      if (!version) throw new Error('the generator makes documents that a node refuses')
      const nodes = document.nodes as (NodeBase & { parent?: string })[]
      const containers = new Set(nodes.map(({ parent }) => parent))
      const reference = createReference({ nodes })
      let step: ReferenceStep | null = null
      for (const { event, moment, outcome } of play(version, { payload: start, happenings })) {
        if (event && step) step = reference.advance(step.run, referenceEvent(event))
        step ??= reference.start(start, moment)
        seen.steps += 1
        if (step.rounds > SURE_ROUNDS) {
          seen.endless += 1
          if (step.rounds < MAX_ROUNDS) return
          expect(outcome.change.error?.code).toBe('RUN_MICROSTEPS')
          return
        }
        expect(machineShows(outcome)).toEqual(referenceShows(step, containers))
        if (!outcome.run) seen.ended += 1
      }
    }),
    cases,
  )
  // A generator that makes nothing happen would prove nothing.
  expect(seen.steps).toBeGreaterThan(cases.numRuns * 4)
  expect(seen.ended).toBeGreaterThan(cases.numRuns / 10)
  expect(seen.endless).toBeLessThan(cases.numRuns / 10)
})

test('the reference is small enough to be read whole: 400 lines of code', () => {
  const source = readFileSync(new URL('../testing/reference.ts', import.meta.url), 'utf8')
  const code = source.split('\n').filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line))
  expect(code.length).toBeLessThanOrEqual(400)
})
