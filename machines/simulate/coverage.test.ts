import { describe, expect, it } from 'vitest'
import { chartOf } from '../compile/chart.ts'
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { coverageOf } from './coverage.ts'

const map = coverageOf(
  chartOf(
    documentOf([
      { id: 'espera', type: 'wait.for.event', event: 'order.sent', timeout: 'P1D' },
      choiceNode('escolha', 'a', null),
      textNode('a', { onError: 'a' }),
      { id: 'fim', type: 'end' },
    ]),
  ),
)
const covered = (cause: 'start' | 'event' | 'timer' | 'failed', before: string[], path: string[]) =>
  map.coveredBy({ cause, before, after: path.slice(-1), path }).toSorted()

describe('coverage', () => {
  it('tells two ways to the same state apart by what moved the run', () => {
    expect(covered('event', ['espera'], ['escolha', 'a'])).toEqual([
      'a',
      'escolha',
      'escolha:then',
      'espera:next',
    ])
    expect(covered('timer', ['espera'], ['escolha'])).toEqual(['escolha', 'espera:timeout'])
    expect(covered('failed', ['a'], ['a'])).toEqual(['a', 'a:error'])
  })

  it('begins at the trigger and takes end nodes for the end', () => {
    expect(covered('start', [], ['espera'])).toEqual(['$trigger:next', 'espera'])
    expect(covered('event', ['a'], ['fim', '$end'])).toEqual(['$end', 'a:next'])
  })
})
