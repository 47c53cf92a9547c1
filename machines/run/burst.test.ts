// Several short messages become one event once the contact has stopped writing.

import { describe, expect, it } from 'vitest'
import { chaos } from '../simulate/chaos.ts'
import { simulate } from '../simulate/simulate.ts'
import { documentOf, textNode } from '../testing/document.ts'

const listening = (more: object = {}) =>
  documentOf([
    {
      id: 'ouve',
      type: 'wait.for.event',
      event: 'message.received.whatsapp',
      quiet: 'PT5S',
      ...more,
    },
    textNode('repete', { text: '{{ouve.text}}', next: 'ouve' }),
    textNode('silencio', { text: 'Cadê?', next: null }),
  ])
const said = (result: ReturnType<typeof simulate>): string[] =>
  result.transcript.filter(({ direction }) => direction === 'out').map(({ text }) => text)

describe('a burst of messages', () => {
  it('is one event after the quiet time, counted from the last of them', () => {
    const script = [{ message: 'oi' }, { skip: 'PT4S' }, { message: 'tudo bem?' }, { skip: 'PT4S' }]
    const waiting = simulate(listening(), script)
    expect(said(waiting)).toEqual([])
    expect(waiting.steps.map(({ note }) => note)).toEqual([
      null,
      'message_collected',
      'message_collected',
    ])
    const over = simulate(listening(), [...script, { skip: 'PT1S' }])
    expect(said(over)).toEqual(['oi\ntudo bem?'])
    expect(over.timers).toEqual([])
    expect(chaos(listening(), [...script, { skip: 'PT1S' }])).toBeNull()
  })

  it('begins anew on the next visit of the node', () => {
    const script = [{ message: 'a' }, { skip: 'PT5S' }, { message: 'b' }, { skip: 'PT5S' }]
    expect(said(simulate(listening(), script))).toEqual(['a', 'b'])
  })

  it('counts before a time-out that falls into the silence', () => {
    const document = listening({ timeout: 'PT10S', timeoutNext: 'silencio' })
    const result = simulate(document, [{ skip: 'PT8S' }, { message: 'aqui' }, { skip: 'PT3S' }])
    expect(said(result)).toEqual(['aqui'])
    expect(result.final.states).toEqual(['ouve'])
  })

  it('counts before an interrupt, and goes when its node is left by another event', () => {
    const document = documentOf([
      ...listening().nodes,
      { id: 'menu', type: 'interrupt', words: ['menu'] },
      { ...textNode('opcoes', { text: 'Opções' }), parent: 'menu' },
    ])
    const result = simulate(document, [{ message: 'oi' }, { message: 'menu' }])
    expect(said(result)).toEqual(['oi', 'Opções'])
    const two = documentOf([
      {
        id: 'ouve',
        type: 'wait.for.event',
        events: [
          { event: 'message.received.whatsapp', next: 'fim' },
          { event: 'order.sent', next: 'fim' },
        ],
        quiet: 'PT5S',
      },
      { id: 'fim', type: 'delay', duration: 'PT1H' },
    ])
    const left = simulate(two, [{ message: 'oi' }, { event: { type: 'order.sent' } }])
    expect(left.timers.map(({ nodeId }) => nodeId)).toEqual(['fim'])
    expect(left.final.states).toEqual(['fim'])
  })

  it('is judged whole by a question', () => {
    const document = documentOf([
      { id: 'nome', type: 'ask', text: 'Nome?', quiet: 'PT3S', as: 'chamado' },
      textNode('fim', { text: '{{chamado}}', next: null }),
    ])
    const result = simulate(document, [{ message: 'Ana' }, { message: 'Souza' }, { skip: 'PT3S' }])
    expect(said(result)).toEqual(['Nome?', 'Ana\nSouza'])
    const mail = documentOf([
      { id: 'pede', type: 'ask', text: 'E-mail?', quiet: 'PT3S', answer: { type: 'email' } },
      textNode('fim', { text: '{{pede.value}}', next: null }),
    ])
    const script = [{ message: 'meu e-mail é' }, { message: 'ana@x.com' }, { skip: 'PT3S' }]
    expect(said(simulate(mail, script))).toEqual(['E-mail?', 'ana@x.com'])
  })
})
