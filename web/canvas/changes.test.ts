import { describe, expect, it } from 'vitest'
import { documentOf, textNode } from '#machines/testing/document.ts'
import { drawChanges, withChanges } from './changes.ts'

const wait = (id: string, event = 'purchase.approved') => ({ id, type: 'wait.for.event', event })
const before = documentOf([textNode('oi'), wait('espera'), textNode('lembra'), textNode('fecha')])

describe('what changed, drawn', () => {
  it('keeps a state that was removed where it stood, with its old ways', () => {
    const drawn = drawChanges(
      before,
      documentOf([textNode('oi'), wait('espera'), textNode('fecha')]),
    )
    expect(drawn?.signs.get('lembra')).toBe('removed')
    const gone = drawn?.chart.edges.filter(({ id }) => drawn.gone.has(id))
    expect(gone?.map(({ from, port, to }) => `${from} ${port} ${to}`)).toEqual([
      'espera next lembra',
      'lembra next fecha',
      'lembra error $failed',
    ])
    expect(drawn?.chart.edges.filter(({ id }) => !drawn.gone.has(id)).length).toBeGreaterThan(0)
  })

  it('says of each state the one thing that matters most', () => {
    const nodes = [textNode('oi', { text: 'Olá' }), textNode('novo'), wait('aguarda')]
    const after = documentOf([...nodes, textNode('lembra'), textNode('fecha')])
    expect(Object.fromEntries(drawChanges(before, after)?.signs ?? [])).toEqual({
      oi: 'changed',
      novo: 'added',
      aguarda: 'renamed',
    })
  })

  it('leads the old ways to a state by the name that it has now', () => {
    const after = documentOf([textNode('oi'), wait('aguarda'), textNode('fecha')])
    const drawn = drawChanges(before, after)
    expect(drawn?.chart.edges.filter(({ to }) => to === 'lembra')).toMatchObject([
      { from: 'aguarda' },
    ])
  })

  it('marks the trigger, and nothing where nothing changed', () => {
    const after = { ...before, trigger: { type: 'lead.captured', filter: { source: ['site'] } } }
    expect(drawChanges(before, after)?.signs.get('$trigger')).toBe('changed')
    const same = drawChanges(before, before)
    expect([same?.signs.size, same?.gone.size]).toEqual([0, 0])
    expect(drawChanges(before, null)).toBeNull()
  })

  it('counts nobody in a state that is no more', () => {
    const drawn = drawChanges(before, documentOf([textNode('oi'), wait('espera')]))
    const counted = { tone: 'waiting', count: 3 } as const
    const marks = {
      nodes: new Map([
        ['espera', counted],
        ['lembra', counted],
      ]),
      edges: new Map(),
    }
    const { nodes } = withChanges(marks, drawn!)
    expect(nodes.get('espera')).toMatchObject({ count: 3 })
    expect(nodes.get('lembra')).toEqual({ tone: 'waiting', change: 'removed' })
  })
})
