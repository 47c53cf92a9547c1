import { describe, expect, it } from 'vitest'
import purchase from '../../examples/lead-to-purchase.json' with { type: 'json' }
import welcome from '../../examples/lead-welcome.json' with { type: 'json' }
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { paths } from './paths.ts'
import { simulate } from './simulate.ts'

describe('generated paths', () => {
  it.each([
    ['lead-to-purchase', purchase],
    ['lead-welcome', welcome],
  ])('reach every state and transition of %s, and can be played', (_, document) => {
    const found = paths(document)
    expect(found.unreached).toEqual([])
    expect(found.states.reached).toBe(found.states.total)
    for (const { script, start, contact, final } of found.paths) {
      const options = { ...(start && { start }), ...(contact && { contact }) }
      const played = simulate(document, script, options)
      expect(played.problems).toEqual([])
      expect(played.final).toMatchObject(final)
    }
  })

  it('try the values that conditions compare with', () => {
    const { paths: found } = paths(purchase)
    const vip = found.find(({ covers }) => covers.includes('obrigado_vip'))
    expect(vip?.script).toEqual([{ event: { type: 'purchase.approved', payload: { total: 501 } } }])
    const document = documentOf([
      { type: 'switch', on: '$.payload.city', cases: { bh: 'a', sp: 'b' }, next: 'c' },
      textNode('a', { next: null }),
      textNode('b', { next: null }),
      textNode('c'),
    ])
    expect(paths(document).unreached).toEqual([])
  })

  it('find what depends on a value that was told long before', () => {
    const document = documentOf([
      { id: 'pede', type: 'wait.for.event', event: 'order.placed' },
      { id: 'pausa', type: 'delay', duration: 'P1D' },
      {
        id: 'grande',
        type: 'if',
        condition: { value: '$.pede.total', op: 'greater', to: 100 },
        then: 'vip',
        else: null,
      },
      textNode('vip'),
    ])
    expect(paths(document).unreached).toEqual([])
  })

  it('are the shortest: one failed send is one entry', () => {
    const failed = paths(welcome).paths.find(({ covers }) => covers.includes('boas_vindas:error'))
    expect(failed?.script).toHaveLength(1)
  })

  it('name what they do not reach, and why', () => {
    const document = documentOf([
      textNode('a', { next: null }),
      textNode('b'),
      choiceNode('c', null, null),
    ])
    const found = paths(document)
    expect(found.unreached.map(({ id }) => id)).toContain('b')
    expect(found.unreached[0]?.message.en).toMatch(/leads here/)
    const bounded = paths(purchase, { maxMoves: 1 })
    expect(bounded.unreached.at(-1)?.message.en).toMatch(/stopped at its limit/)
  })

  it('are none for a document with errors', () => {
    expect(paths({}).paths).toEqual([])
  })
})
