import { describe, expect, it } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import { simulate } from '#machines/simulate/simulate.ts'
import { runTests } from '#machines/simulate/workflow-tests.ts'
import { expectationOf, isEmptyPick, pickOf, usualPick } from './expectation.ts'
import { emptyPlan, optionsOf, planOf, testOf } from './plan.ts'
import { PROFILES } from './profiles.ts'

const all = { status: true, states: true, messages: true, vars: ['total'] }
const plan = {
  ...emptyPlan({ type: 'lead.captured', payload: { name: 'Bia' } }, 'UTC'),
  contact: PROFILES[2]!.facts,
  at: '2026-05-01T10:00:00.000Z',
  entries: [{ event: { type: 'purchase.approved', payload: { total: 900 } } }],
}
const run = simulate(purchase, plan.entries, optionsOf(plan))

describe('a run that is kept as a test', () => {
  const test = testOf(plan, { name: 'Compra', expect: expectationOf(run, all) })

  it('passes as the test that it became', () => {
    expect(run.problems).toEqual([])
    expect(runTests(purchase, [test])).toEqual([{ name: 'Compra', passed: true, message: null }])
  })

  it('fails with another outcome', () => {
    const other = { ...test, expect: { ...test.expect, status: 'stopped' as const } }
    expect(runTests(purchase, [other])[0]?.passed).toBe(false)
  })

  it('opens as the run that it was', () => {
    expect(planOf(test, 'America/Sao_Paulo')).toEqual(plan)
  })

  it('of a file may leave everything out', () => {
    const opened = planOf({ name: 't', script: [], expect: {} }, 'America/Sao_Paulo')
    expect(opened).toEqual(emptyPlan(null, 'America/Sao_Paulo'))
  })
})

describe('what is ticked', () => {
  it('is usually how it ended, and where it is only while it goes on', () => {
    expect(usualPick(run)).toMatchObject({ status: true, messages: true, vars: [] })
    const waiting = simulate(purchase, [])
    expect(usualPick(waiting).states).toBe(true)
  })

  it('is found again in an expectation', () => {
    const expected = expectationOf(run, { ...all, vars: [] })
    expect(pickOf(expected)).toEqual({ ...all, vars: [] })
    expect(isEmptyPick(pickOf({}))).toBe(true)
  })
})
