// Workflows with several active states, groups and loops: simulated, searched and disturbed like any other.

import { describe, expect, it } from 'vitest'
import { documentOf, textNode } from '../testing/document.ts'
import { toMermaid } from '../export/to-mermaid.ts'
import { toScxml } from '../export/to-scxml.ts'
import { chaos } from './chaos.ts'
import { paths } from './paths.ts'
import { simulate } from './simulate.ts'

const invitation = documentOf([
  { id: 'convite', type: 'parallel' },
  { id: 'avisos', type: 'group', parent: 'convite' },
  { id: 'pausa', type: 'delay', duration: 'P1D', parent: 'avisos' },
  { ...textNode('lembra', { text: 'É amanhã!' }), parent: 'avisos' },
  { id: 'resposta', type: 'group', parent: 'convite' },
  {
    id: 'espera',
    type: 'wait.for.event',
    event: 'message.received.whatsapp',
    parent: 'resposta',
  },
  { ...textNode('anota', { text: 'Anotado' }), parent: 'resposta' },
  textNode('fim', { text: 'Até lá' }),
])

const basket = documentOf([
  { id: 'cada', type: 'loop.for-each', items: '$.payload.items', as: 'item' },
  { ...textNode('diz', { text: 'Item {{item}}' }), parent: 'cada' },
  textNode('fim', { text: 'É tudo' }),
])

const care = documentOf([
  {
    id: 'cuidado',
    type: 'group',
    on: [{ event: 'order.cancelled', next: 'lamenta' }],
    timeout: 'P7D',
    timeoutNext: 'desiste',
  },
  { ...textNode('oi'), parent: 'cuidado' },
  { id: 'espera', type: 'wait.for.event', event: 'order.sent', parent: 'cuidado' },
  textNode('segue', { next: null }),
  textNode('lamenta', { next: null }),
  textNode('desiste', { next: null }),
])

const said = (result: ReturnType<typeof simulate>): string[] =>
  result.transcript.filter(({ direction }) => direction === 'out').map(({ text }) => text)

describe('a workflow with nested states', () => {
  it('runs side by side and joins', () => {
    const open = simulate(invitation, [{ message: 'Vou!' }])
    expect(said(open)).toEqual(['Anotado'])
    expect(open.final).toMatchObject({ status: 'active', states: ['pausa'] })
    const joined = simulate(invitation, [{ message: 'Vou!' }, { skip: 'P1D' }])
    expect(said(joined)).toEqual(['Anotado', 'É amanhã!', 'Até lá'])
    expect(joined.final.status).toBe('done')
    expect(simulate(invitation, []).final.states).toEqual(['pausa', 'espera'])
  })

  it('repeats for each item', () => {
    const start = { payload: { items: ['a', 'b'] } }
    expect(said(simulate(basket, [], { start }))).toEqual(['Item a', 'Item b', 'É tudo'])
  })

  it.each([
    ['parallel', invitation],
    ['a loop', basket],
    ['a group with reactions', care],
  ])('has paths to all of it: %s', (_, document) => {
    const found = paths(document)
    expect(found.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(found.unreached).toEqual([])
  })

  it('ends the same in chaos', () => {
    expect(chaos(invitation, [{ message: 'Vou!' }, { skip: 'P1D' }])).toBeNull()
    expect(chaos(basket, [], { start: { payload: { items: ['a', 'b'] } } })).toBeNull()
  })

  it('is exported as it is nested', () => {
    expect(toMermaid(invitation).text).toMatch(/state s\d+ \{[\s\S]*--[\s\S]*\}/)
    expect(toScxml(invitation).text).toContain('<parallel id="convite">')
    expect(toScxml(care).text).toContain('<history id="deep.cuidado" type="deep"')
  })
})
