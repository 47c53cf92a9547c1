// An interrupt leaves the run for a while and comes back to it: nothing is done twice, nothing is lost.

import { describe, expect, it } from 'vitest'
import { chaos } from '../simulate/chaos.ts'
import { simulate } from '../simulate/simulate.ts'
import { documentOf, textNode } from '../testing/document.ts'

const menu = (children: object[], more: object = {}) => [
  { id: 'menu', type: 'interrupt', words: ['menu', 'Ajuda!'], ...more },
  ...children.map((child) => ({ ...child, parent: 'menu' })),
]
const waitFor = (id: string, more: object = {}) => ({
  id,
  type: 'wait.for.event',
  event: 'message.received.whatsapp',
  ...more,
})

const shop = documentOf([
  textNode('oi', { text: 'Bem-vinda' }),
  waitFor('espera', { timeout: 'PT1H', timeoutNext: 'silencio' }),
  textNode('segue', { text: 'Você disse {{espera.text}}', next: null }),
  textNode('silencio', { text: 'Ainda aí?', next: null }),
  ...menu([textNode('opcoes', { text: '1 ou 2?' }), waitFor('escolha'), textNode('feito')]),
])
const said = (result: ReturnType<typeof simulate>): string[] =>
  result.transcript.filter(({ direction }) => direction === 'out').map(({ text }) => text)

describe('an interrupt', () => {
  it('takes its words apart from case, accents and punctuation, and returns to the wait', () => {
    const result = simulate(shop, [{ message: ' AJÚDA ' }, { message: 'um' }, { message: 'tchau' }])
    expect(said(result)).toEqual(['Bem-vinda', '1 ou 2?', 'Oi', 'Você disse tchau'])
    expect(result.final.status).toBe('done')
  })

  it('asks for nothing again: a send under way is only waited for, and a result that came meanwhile counts', () => {
    const slow = (script: object[]) => simulate(shop, script, { autoResults: false })
    const open = slow([
      { message: 'menu' },
      { result: { node: 'oi' } },
      { result: { node: 'opcoes' } },
    ])
    expect(open.final.states).toEqual(['escolha'])
    const back = slow([
      { message: 'menu' },
      { result: { node: 'oi' } },
      { result: { node: 'opcoes' } },
      { message: 'um' },
      { result: { node: 'feito' } },
    ])
    expect(back.final.states).toEqual(['espera'])
    expect(back.effects.map(({ nodeId }) => nodeId)).toEqual(['oi', 'opcoes', 'feito'])
    const pending = slow([
      { message: 'menu' },
      { result: { node: 'opcoes' } },
      { message: 'um' },
      { result: { node: 'feito' } },
      { result: { node: 'oi' } },
    ])
    expect(pending.problems).toEqual([])
    expect(pending.final.states).toEqual(['espera'])
  })

  it('leaves due times as they were: what passed meanwhile fires on the return', () => {
    const away = simulate(shop, [{ message: 'menu' }, { skip: 'PT50M' }, { message: 'um' }])
    expect(away.timers.map(({ dueAt }) => dueAt)).toEqual(['2026-03-10T13:00:00.000Z'])
    const late = simulate(shop, [
      { message: 'menu' },
      { skip: 'PT2H' },
      { message: 'um' },
      { skip: 'PT1S' },
    ])
    expect(said(late).at(-1)).toBe('Ainda aí?')
    expect(late.final.status).toBe('done')
  })

  it('can interrupt itself, which leaves nothing behind, and another one, which is gone back to first', () => {
    const two = documentOf([
      waitFor('espera', { next: null }),
      ...menu([waitFor('escolha')]),
      { id: 'pessoa', type: 'interrupt', words: ['atendente'] },
      { ...textNode('chama', { text: 'Já vem' }), parent: 'pessoa' },
    ])
    const script = [{ message: 'menu' }, { message: 'menu' }, { message: 'atendente' }]
    const inMenu = simulate(two, script)
    expect(inMenu.final.states).toEqual(['escolha'])
    expect(said(inMenu)).toEqual(['Já vem'])
    expect(simulate(two, [...script, { message: 'x' }]).final.states).toEqual(['espera'])
  })

  it('that is asked for again while another has its turn begins anew and leads back to that one', () => {
    const three = documentOf([
      waitFor('espera', { next: null }),
      ...menu([waitFor('escolha', { event: 'a.happened' })]),
      { id: 'pessoa', type: 'interrupt', words: ['atendente'] },
      { ...waitFor('fila', { event: 'b.happened' }), parent: 'pessoa' },
    ])
    const deep = [{ message: 'menu' }, { message: 'atendente' }, { message: 'menu' }]
    const chosen = [...deep, { event: { type: 'a.happened' } }]
    expect(simulate(three, deep).final.states).toEqual(['escolha'])
    expect(simulate(three, chosen).final.states).toEqual(['fila'])
    const back = simulate(three, [...chosen, { event: { type: 'b.happened' } }])
    expect(back.final.states).toEqual(['espera'])
    expect(chaos(three, [...chosen, { event: { type: 'b.happened' } }])).toBeNull()
  })

  it('leads to `next` instead, and a node inside leads out of it: no way back is left open', () => {
    const out = documentOf([
      waitFor('espera', { timeout: 'PT1H', next: null }),
      textNode('inicio', { text: 'Do início' }),
      waitFor('fica', { next: null }),
      ...menu([textNode('opcoes')], { next: 'inicio' }),
    ])
    const result = simulate(out, [{ message: 'menu' }])
    expect(result.final.states).toEqual(['fica'])
    expect(result.timers).toEqual([])
    const inside = documentOf([
      waitFor('espera', { next: null }),
      waitFor('fica', { next: null }),
      ...menu([{ id: 'pula', type: 'goto', to: 'fica' }]),
    ])
    expect(simulate(inside, [{ message: 'menu' }]).final.states).toEqual(['fica'])
    const ends = documentOf([waitFor('espera'), ...menu([textNode('adeus')], { next: null })])
    expect(simulate(ends, [{ message: 'menu' }]).final.status).toBe('done')
  })

  it('comes by an event, and keeps what came as its result', () => {
    const document = documentOf([
      waitFor('espera', { next: null }),
      { id: 'cancela', type: 'interrupt', event: 'order.cancelled' },
      { ...textNode('lamenta', { text: 'Pedido {{cancela.order}}' }), parent: 'cancela' },
    ])
    const result = simulate(document, [
      { event: { type: 'order.cancelled', payload: { order: 7 } } },
    ])
    expect(said(result)).toEqual(['Pedido 7'])
    expect(result.final.states).toEqual(['espera'])
  })

  it('finds both sides of a parallel, a loop in its turn, and groups with their time-outs again', () => {
    const nested = documentOf([
      { id: 'dupla', type: 'parallel' },
      { id: 'esquerda', type: 'group', parent: 'dupla', timeout: 'PT3H', timeoutNext: 'tarde' },
      {
        id: 'cada',
        type: 'loop.for-each',
        items: '$.payload.items',
        as: 'item',
        parent: 'esquerda',
      },
      { ...waitFor('ouve', { event: 'order.sent' }), parent: 'cada' },
      { ...textNode('diz', { text: 'Item {{item}}' }), parent: 'cada' },
      { id: 'direita', type: 'group', parent: 'dupla' },
      { id: 'pausa', type: 'delay', duration: 'PT1H', parent: 'direita' },
      textNode('tudo', { text: 'Tudo', next: null }),
      textNode('tarde', { text: 'Tarde', next: null }),
      ...menu([waitFor('escolha')]),
    ])
    const start = { start: { payload: { items: ['a', 'b'] } } }
    const sent = { event: { type: 'order.sent' } }
    const script = [sent, { message: 'menu' }, { message: 'x' }, sent, { skip: 'PT1H' }]
    const result = simulate(nested, script, start)
    expect(said(result)).toEqual(['Item a', 'Item b', 'Tudo'])
    const late = simulate(nested, [{ message: 'menu' }, { message: 'x' }, { skip: 'PT4H' }], start)
    expect(said(late)).toEqual(['Tarde'])
    expect(chaos(nested, script, start)).toBeNull()
  })

  it('is never entered by a path, and its nodes follow nothing at the root', () => {
    const result = simulate(documentOf([textNode('oi'), ...menu([textNode('opcoes')])]), [])
    expect(result.diagnostics.map(({ code }) => code)).not.toContain('NODE_UNREACHABLE')
    expect(result.final).toMatchObject({ status: 'done', states: ['oi'] })
  })
})
