import { describe, expect, it } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import { documentOf, textNode } from '../testing/document.ts'
import { chaos } from './chaos.ts'
import { simulate } from './simulate.ts'

const wait = (id: string) => ({ id, type: 'wait.for.event', event: 'message.received.whatsapp' })

describe('a traced simulation', () => {
  const document = documentOf([
    { id: 'guarda', type: 'set.variable', set: { nome: '{{ contact.name }}' } },
    textNode('pede', { text: 'Qual o seu e-mail?' }),
    wait('ouve'),
    { id: 'troca', type: 'set.variable', set: { nome: 'Outro' } },
    { id: 'marca', type: 'tag.add', tags: ['falou'] },
  ])

  it('tells states, variables and facts after each step', () => {
    const { steps, trace } = simulate(document, [{ message: 'a@b.com' }], { trace: true })
    expect(trace?.steps).toHaveLength(steps.length)
    expect(trace?.steps.map(({ vars }) => vars['nome'])).toEqual([
      'Ana Souza',
      'Ana Souza',
      'Outro',
      'Outro',
    ])
    expect(trace?.steps.map(({ states }) => states)).toEqual([
      ['pede'],
      ['ouve'],
      ['marca'],
      ['marca'],
    ])
    expect(trace?.steps.map(({ contact }) => contact.tags)).toEqual([[], [], [], ['falou']])
  })

  it('tells which step and which effect a message belongs to', () => {
    const { effects, transcript, trace } = simulate(document, [{ message: 'oi' }], { trace: true })
    expect(transcript.map(({ direction }) => direction)).toEqual(['out', 'in'])
    expect(trace?.transcript).toEqual([
      { step: 1, effectId: effects[0]?.id },
      { step: 2, effectId: null },
    ])
    expect(trace?.settled).toEqual({ [effects[0]?.id ?? '']: 1, [effects[1]?.id ?? '']: 3 })
  })

  it('tells the time, the window and what is awaited at the end', () => {
    const script = [{ skip: 'PT5M', closeWindow: true }]
    expect(simulate(document, script, { trace: true }).trace).toMatchObject({
      now: '2026-03-10T12:05:00.000Z',
      windowOpen: false,
      awaits: ['message.received.whatsapp'],
    })
    expect(simulate(document, script)).not.toHaveProperty('trace')
  })
})

describe('a script', () => {
  it('may restart the worker anywhere without another outcome', () => {
    const plain = simulate(purchase, [{ skip: 'P2D' }])
    expect(simulate(purchase, [{ restart: true }, { skip: 'P2D' }, { restart: true }])).toEqual({
      ...plain,
      steps: plain.steps.map((step) => ({ ...step, index: step.index === null ? null : 1 })),
    })
  })

  it('is played with the disturbance that chaos found', () => {
    const document = documentOf([
      textNode('q1', { text: 'Qual o seu nome?' }),
      wait('a1'),
      textNode('q2', { text: 'E o e-mail?' }),
      wait('a2'),
      textNode('ok', { text: 'Obrigado' }),
    ])
    const script = [{ message: 'Ana' }]
    const finding = chaos(document, script)
    expect(finding).toMatchObject({ kind: 'event again', index: 0 })
    const disturbed = { kind: finding?.kind, until: finding?.index }
    expect(simulate(document, script).final.status).toBe('active')
    expect(simulate(document, script, { disturbed }).final.status).toBe('done')
    expect(simulate(document, script, { disturbed: { kind: 'rain', until: 0 } }).problems).toEqual([
      expect.objectContaining({ field: 'disturbed.kind' }),
    ])
  })
})
