// P4, P5 and P8 of the reliability catalogue over random documents and traces: going on from JSON changes nothing,
// inputs stay as they are, the clock and chance are never asked, and a repeated step repeats its ids (I4).
// FLUXO_RUNS sets the number of cases (a tenth of it here), FLUXO_SEED replays one run.

import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunOutcome } from '../run/run-state.ts'
import { propertyOptions } from '../testing/property-options.ts'
import { wholeDocument } from '../testing/random-document.ts'
import { begin, payload, perform, play, type Played, trace } from '../testing/random-trace.ts'
import { uncheckedVersion } from '../testing/unchecked-version.ts'

const { cases, test: options } = propertyOptions(process.env, 400, 0.1)

/** Throws where the world is asked: a machine must give the same answer at any time and on any machine. */
class TrappedDate extends Date {
  constructor(...given: unknown[]) {
    if (given.length === 0) throw new Error('the clock was read')
    super(...(given as [number]))
  }
  static override now(): number {
    throw new Error('the clock was read')
  }
}
function trappedRandom(): number {
  throw new Error('chance was asked')
}

beforeEach(() => {
  vi.stubGlobal('Date', TrappedDate)
  vi.spyOn(Math, 'random').mockImplementation(trappedRandom)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('P4 P5 P8 a step depends on its inputs alone, and JSON keeps all of them', options, () => {
  fc.assert(
    fc.property(wholeDocument, payload, trace, (document, start, happenings) => {
      const version = uncheckedVersion(freeze(document))
      const again = uncheckedVersion(copyOf(document))
      if (!version || !again) throw new Error('the generator makes documents that a node refuses')
      const repeat = ({ event, moment, before }: Played): RunOutcome =>
        event && before
          ? perform(again, copyOf(before), copyOf(event))
          : begin(again, copyOf(start), copyOf(moment))
      for (const played of play(version, { payload: freeze(start), happenings })) {
        // What a step gave is what the next one starts from: frozen here, so that it cannot be changed then.
        const outcome = freeze(played.outcome)
        expect(copyOf(outcome)).toEqual(outcome)
        expect(JSON.stringify(repeat(played))).toBe(JSON.stringify(outcome))
      }
    }),
    cases,
  )
})

test('P5 the traps of the test above do trap', () => {
  expect(() => Date.now()).toThrow('clock')
  expect(() => new Date()).toThrow('clock')
  expect(() => Math.random()).toThrow('chance')
  expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z')
})

function copyOf<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(freeze)
  }
  return value
}
