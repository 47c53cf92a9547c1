import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import { documentOf, textNode } from '../testing/document.ts'
import { chaos } from './chaos.ts'

const wait = (id: string, event = 'message.received.whatsapp') => ({
  id,
  type: 'wait.for.event',
  event,
})

describe('chaos', () => {
  it('changes nothing in the two examples', () => {
    const bought = { event: { type: 'purchase.approved', payload: { total: 900 } } }
    expect(chaos(welcome, [{ skip: 'PT10M' }])).toBeNull()
    expect(chaos(purchase, [{ skip: 'PT1H' }, bought])).toBeNull()
    expect(chaos(purchase, [{ skip: 'P2D' }, { skip: 'PT1H', message: 'oi' }])).toBeNull()
    expect(chaos(purchase, [{ skip: 'P2D' }, { skip: 'P1D' }])).toBeNull()
  })

  it('finds two questions that one double tap answers', () => {
    const document = documentOf([
      textNode('q1', { text: 'Qual o seu nome?' }),
      wait('a1'),
      textNode('q2', { text: 'E o e-mail?' }),
      wait('a2'),
      textNode('ok', { text: 'Obrigado' }),
    ])
    const finding = chaos(document, [{ message: 'Ana' }])
    expect(finding).toMatchObject({ kind: 'event again', index: 0 })
    expect(finding?.message.en).toBe(
      'The outcome changes when an event comes again at entry 1 of the script.',
    )
    expect(chaos(document, [{ message: 'Ana' }, { message: 'ana@x.com' }])).toBeNull()
  })

  it('finds a purchase that overtakes the answer of the provider', () => {
    const script = [{ event: { type: 'purchase.approved', payload: { total: 900 } } }]
    expect(chaos(purchase, script)).toMatchObject({ kind: 'late results', index: null, step: 0 })
  })

  it('says the same for the same seed and never throws', () => {
    const moves = fc.array(
      fc.oneof(
        fc.constant({ skip: 'P1D' }),
        fc.constant({ message: 'oi' }),
        fc.constant({ event: { type: 'purchase.approved' } }),
        fc.anything(),
      ),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(moves, fc.integer(), (script, seed) => {
        expect(chaos(purchase, script, { seed })).toEqual(chaos(purchase, script, { seed }))
      }),
      { numRuns: 60 },
    )
  })

  it('finds nothing where nothing can be played', () => {
    expect(chaos({}, [])).toBeNull()
    expect(chaos(welcome, 'nada')).toBeNull()
  })
})
