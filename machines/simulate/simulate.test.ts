import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import { documentOf, textNode } from '../testing/document.ts'
import { simulate } from './simulate.ts'

const start = { payload: { name: 'Bia', phone_e164: '+5511988887777', tags: ['novo'] } }
const said = (result: ReturnType<typeof simulate>): string[] =>
  result.transcript.map(({ at, direction, text }) => `${at} ${direction} ${text}`)

describe('a simulation', () => {
  it('of the welcome example sends the template, waits ten minutes and follows up', () => {
    const result = simulate(welcome, [{ skip: 'PT10M' }], { start })
    expect(said(result)).toEqual([
      '2026-03-10T12:00:00.000Z out [boas_vindas] · Bia',
      '2026-03-10T12:10:00.000Z out Bia, ficou alguma dúvida? É só responder por aqui.',
    ])
    expect(result.final).toEqual({ status: 'done', states: ['reforco'], vars: {}, error: null })
    expect(result.effects.map(({ id }) => id)).toEqual([
      'eff_simulation_1',
      'eff_simulation_2',
      'eff_simulation_3',
    ])
    expect(result.problems).toEqual([])
  })

  it('of the purchase example reminds after two days and answers the contact', () => {
    const result = simulate(purchase, [{ skip: 'P2D' }, { skip: 'PT1H', message: 'Quero!' }], {
      start,
    })
    expect(said(result)).toEqual([
      '2026-03-10T12:00:00.000Z out [boas_vindas] · Bia',
      '2026-03-12T12:00:00.000Z out [lembrete_carrinho] · Bia',
      '2026-03-12T13:00:00.000Z in Quero!',
      '2026-03-12T13:00:00.000Z out Recebemos sua mensagem, Bia! Alguém da equipe responde em instantes.',
    ])
    expect(result.final.states).toEqual(['fim'])
  })

  it('stops where it waits and tells the timers that are armed', () => {
    const result = simulate(purchase, [{ skip: 'P1D' }])
    expect(result.final).toMatchObject({ status: 'active', states: ['espera_compra'] })
    expect(result.timers).toMatchObject([
      { nodeId: 'espera_compra', dueAt: '2026-03-12T12:00:00.000Z' },
    ])
  })

  it('begins with the first entry that passes the trigger', () => {
    const lead = { type: 'lead.captured', source: 'instagram', payload: { name: 'Caio' } }
    const result = simulate(purchase, [{ message: 'Oi' }, { event: lead }])
    expect(result.steps[0]).toMatchObject({ index: 0, note: 'nobody_waits' })
    expect(result.steps[1]).toMatchObject({ index: 1, event: 'lead.captured', from: null })
    expect(result.transcript[1]?.text).toBe('[boas_vindas] · Caio')
  })

  it('lets an effect fail that the script has fail, and keeps the reason', () => {
    const error = { code: 'WHATSAPP_131026', message: 'Undeliverable' }
    const result = simulate(welcome, [{ result: { node: 'boas_vindas', error } }])
    expect(result.final).toMatchObject({
      status: 'failed',
      error: { ...error, nodeId: 'boas_vindas' },
    })
    expect(result.transcript).toEqual([])
  })

  it('waits for results where they are not given by itself', () => {
    const script = [{ skip: 'PT1H' }, { result: { node: 'cadastro' } }]
    const result = simulate(welcome, script, { autoResults: false })
    expect(result.final.states).toEqual(['boas_vindas'])
    expect(result.effects.map(({ status }) => status)).toEqual(['done', 'pending'])
  })

  it('refuses free text once the window is closed, until the contact writes', () => {
    const closed = simulate(welcome, [{ closeWindow: true }, { skip: 'PT10M' }])
    expect(closed.final.error?.code).toBe('WHATSAPP_131047')
    const opened = simulate(welcome, [{ closeWindow: true }, { message: 'oi' }, { skip: 'PT10M' }])
    expect(opened.final.status).toBe('done')
  })

  it('fires due timers in their order on the way to a later time', () => {
    const document = documentOf([
      { type: 'delay', duration: 'PT1H' },
      textNode('a', { text: 'um' }),
      { type: 'delay', duration: 'P1D' },
      textNode('b', { text: 'dois' }),
    ])
    const { transcript } = simulate(document, [{ at: 'P3D' }])
    expect(transcript.map(({ at, text }) => [at, text])).toEqual([
      ['2026-03-10T13:00:00.000Z', 'um'],
      ['2026-03-11T13:00:00.000Z', 'dois'],
    ])
  })

  it('gives only diagnostics for a document that does not compile', () => {
    const result = simulate({ nodes: 1 }, [])
    expect(result.diagnostics.length).toBeGreaterThan(0)
    expect(result.final.status).toBe('idle')
  })

  it('names the entry and the field of what is wrong with a script', () => {
    const wrong = simulate(welcome, [{ skip: 'P1D' }, { skip: 'amanhã' }, {}])
    expect(wrong.problems.map(({ index, field }) => [index, field])).toEqual([
      [1, 'skip'],
      [2, null],
    ])
    const late = simulate(welcome, [{ skip: 'P1D' }, { at: 'PT1H' }])
    expect(late.problems).toMatchObject([{ index: 1, field: 'at', code: 'TIME_PAST' }])
    const idle = simulate(welcome, [{ result: { node: 'reforco' } }])
    expect(idle.problems).toMatchObject([{ code: 'RESULT_UNEXPECTED' }])
    const internal = simulate(welcome, [{ event: { type: 'timer.fired' } }])
    expect(internal.problems).toMatchObject([{ code: 'EVENT_INTERNAL' }])
    expect(simulate(welcome, [], { zone: 'Marte' }).problems).toMatchObject([{ field: 'zone' }])
  })

  it('ends in bounded time for a loop that never ends', () => {
    const document = documentOf([{ id: 'n1', type: 'delay', duration: 'PT1S', next: 'n1' }])
    const result = simulate(document, [{ skip: 'P1Y' }], { maxSteps: 50 })
    expect(result.steps).toHaveLength(50)
    expect(result.problems).toMatchObject([{ code: 'STEPS_EXCEEDED' }])
  })
})

const entry = fc.oneof(
  fc.record({ skip: fc.constantFrom('PT1M', 'P1D', 'P2D', 'PT0S') }),
  fc.record({ at: fc.constantFrom('PT5M', 'P3D') }),
  fc.record({ message: fc.string() }),
  fc.record({
    event: fc.record({
      type: fc.constantFrom('purchase.approved', 'lead.captured', 'effect.done'),
      payload: fc.record({ total: fc.anything() as fc.Arbitrary<unknown> }),
    }),
  }),
  fc.record({
    result: fc.record({
      node: fc.constantFrom('cadastro', 'boas_vindas', 'responde', 'nada'),
      error: fc.constantFrom({ code: 'X', message: 'x' }),
    }),
  }),
  fc.constant({ closeWindow: true }),
  fc.anything(),
)

describe('any script', () => {
  it('never throws, gives the same twice, and gives plain JSON', () => {
    fc.assert(
      fc.property(fc.constantFrom(purchase, welcome), fc.array(entry), (document, script) => {
        const first = simulate(document, script)
        expect(simulate(document, script)).toEqual(first)
        expect(JSON.parse(JSON.stringify(first))).toEqual(first)
      }),
      { numRuns: 200 },
    )
  })

  it('never throws for anything at all', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (document, script, options) => {
        expect(simulate(document, script, options).steps).toBeInstanceOf(Array)
        expect(simulate(welcome, script, options).final).toHaveProperty('status')
      }),
      { numRuns: 300 },
    )
  })
})
