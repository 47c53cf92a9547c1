import { describe, expect, it } from 'vitest'
import { chartOf } from '#machines/compile/chart.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { choiceNode, documentOf, textNode } from '#machines/testing/document.ts'
import { coveredOf, runPlaceOf } from './walk.ts'

const document = documentOf([
  {
    id: 'ouve',
    type: 'wait.for.event',
    event: 'order.sent',
    timeout: 'P1D',
    timeoutNext: 'lembra',
  },
  choiceNode('escolhe', 'a', null),
  textNode('a', { next: 'fim' }),
  textNode('lembra', { text: 'Ainda aí?', onError: undefined }),
  { id: 'fim', type: 'end' },
])
const chart = chartOf(document)
const play = (script: unknown[], options = {}) =>
  simulate(document, script, { trace: true, ...options })

describe('the place of a run', () => {
  it('is lit where it waits, and the way there is walked', () => {
    expect(runPlaceOf(play([]), { chart, upTo: null })).toEqual({
      walked: { states: ['$trigger', 'ouve'], hops: new Set(['$trigger>ouve']), at: 'ouve' },
      at: ['ouve'],
      status: 'active',
      edges: new Set(['$trigger:next']),
    })
  })

  it('tells the time-out from the event, and ends at the end', () => {
    const place = runPlaceOf(play([{ skip: 'P1D' }]), { chart, upTo: null })
    expect(place?.walked.hops).toContain('ouve>lembra')
    expect(place?.walked.hops).not.toContain('ouve>escolhe')
    expect(place).toMatchObject({ at: ['$end'], status: 'done' })
    expect(place?.edges).toContain('ouve:timeout')
    expect(place?.edges).not.toContain('ouve:next')
  })

  it('of an earlier step is the place of that time', () => {
    const run = play([{ skip: 'P1D' }])
    expect(runPlaceOf(run, { chart, upTo: 0 })).toMatchObject({ at: ['ouve'], status: 'active' })
    expect(runPlaceOf(run, { chart, upTo: 1 })).toMatchObject({ at: ['lembra'], status: 'active' })
  })

  it('of a failed run is lit as failed', () => {
    const error = { code: 'TIMEOUT', message: '' }
    const run = play([{ skip: 'P1D' }, { result: { node: 'lembra', error } }])
    expect(run.final.status).toBe('failed')
    const place = runPlaceOf(run, { chart, upTo: null })
    expect(place?.status).toBe('failed')
    expect(place?.at.length).toBe(1)
  })

  it('is none before anything happened, and covers only what was passed', () => {
    expect(runPlaceOf(play([{ nonsense: 1 }]), { chart, upTo: null })).toBeNull()
    expect(coveredOf(play([]), chart).toSorted()).toEqual(['$trigger', '$trigger:next', 'ouve'])
  })
})
