import { describe, expect, it } from 'vitest'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { documentOf, textNode } from '#machines/testing/document.ts'
import { emptyPlan, optionsOf, type Plan } from './plan.ts'
import { isSaid, withResult } from './results.ts'

const error = { code: 'WHATSAPP_131026', message: 'Undeliverable' }
const document = documentOf([
  textNode('a', { text: 'um', onError: 'socorro' }),
  { id: 'ouve', type: 'wait.for.event', event: 'message.received.whatsapp' },
  textNode('b', { text: 'dois', onError: 'socorro', next: null }),
  textNode('socorro', { text: 'não deu' }),
]) as WorkflowDocument
const loop = documentOf([
  { id: 'cada', type: 'loop.for-each', items: '$.payload.list', as: 'item' },
  textNode('manda', { text: '{{ item }}', parent: 'cada', onError: null }),
]) as WorkflowDocument

const start = { type: 'lead.captured', payload: { list: ['x', 'y', 'z'] } }
const fresh: Plan = emptyPlan(start, 'UTC')
const play = (plan: Plan, of = document) => simulate(of, plan.entries, optionsOf(plan))
const sent = (plan: Plan, of = document) =>
  play(plan, of)
    .transcript.filter(({ direction }) => direction === 'out')
    .map(({ text }) => text)
const effectOf = (plan: Plan, nodeId: string, nth = 0, of = document) =>
  play(plan, of).effects.filter((effect) => effect.nodeId === nodeId)[nth]!
const fail = (plan: Plan, nodeId: string, { nth = 0, of = document } = {}) =>
  withResult(plan, play(plan, of), {
    effectId: effectOf(plan, nodeId, nth, of).id,
    outcome: { error },
  })

describe('the end of an effect', () => {
  it('of the start goes before everything that follows', () => {
    const plan = { ...fresh, entries: [{ message: 'oi' }] }
    const failed = fail(plan, 'a')
    expect(failed.entries).toEqual([{ result: { node: 'a', error } }, { message: 'oi' }])
    expect(sent(failed)).toEqual(['não deu'])
  })

  it('goes after the act that asked for it', () => {
    const plan = { ...fresh, entries: [{ message: 'oi' }, { skip: 'P1D' }] }
    const failed = fail(plan, 'b')
    expect(failed.entries[1]).toEqual({ result: { node: 'b', error } })
    expect(play(failed).problems).toEqual([])
    expect(sent(failed)).toEqual(['um', 'não deu'])
  })

  it('can be changed, and taken back', () => {
    const failed = fail(fresh, 'a')
    const { id } = effectOf(failed, 'a')
    expect(isSaid(failed, play(failed), effectOf(failed, 'a'))).toBe(true)
    const well = withResult(failed, play(failed), { effectId: id, outcome: { output: {} } })
    expect(well.entries).toEqual([{ result: { node: 'a', output: {} } }])
    const alone = withResult(failed, play(failed), { effectId: id, outcome: null })
    expect(alone.entries).toEqual([])
    expect(isSaid(fresh, play(fresh), effectOf(fresh, 'a'))).toBe(false)
  })

  it('of a later round of a loop leaves the earlier ones as they were', () => {
    expect(sent(fresh, loop)).toEqual(['x', 'y', 'z'])
    const failed = fail(fresh, 'manda', { nth: 1, of: loop })
    expect(play(failed, loop).problems).toEqual([])
    expect(play(failed, loop).effects.map(({ status }) => status)).toEqual(['done', 'failed'])
    expect(sent(failed, loop)).toEqual(['x'])
  })

  it('of an effect that is not there changes nothing', () => {
    const outcome = { error }
    expect(withResult(fresh, play(fresh), { effectId: 'eff_none', outcome })).toBe(fresh)
  })
})
