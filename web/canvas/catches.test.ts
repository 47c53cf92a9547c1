import { expect, test } from 'vitest'
import { chartOf } from '#machines/compile/chart.ts'
import { documentOf, textNode } from '#machines/testing/document.ts'
import { withCatches } from './catches.ts'
import { layoutChart } from './layout.ts'
import { isImplied } from './shaping.ts'

const inBox = (id: string, more: object = {}) => textNode(id, { parent: 'caixa', ...more })
const caixa = (more: object) => ({ id: 'caixa', type: 'group', ...more })
const ajuda = { id: 'ajuda', type: 'handoff.human', timeout: 'P1D' }

const drawn = (nodes: object[]) => withCatches(chartOf(documentOf(nodes)))
const shown = (nodes: object[]) =>
  drawn(nodes)
    .edges.filter((edge) => edge.port === 'error' && !isImplied(edge))
    .map(({ from, to }) => `${from} → ${to}`)

test('what a container catches is one way, and what a state inside says itself is another', () => {
  const box = caixa({ next: 'fim', onError: 'ajuda' })
  const end = { id: 'fim', type: 'end' }
  expect(shown([box, inBox('a'), inBox('b'), ajuda, end])).toEqual(['caixa → ajuda'])
  const own = [box, inBox('a'), inBox('b', { onError: 'b' }), ajuda, end]
  expect(shown(own)).toEqual(['b → b', 'caixa → ajuda'])
  // To the end it leads anyway.
  expect(shown([caixa({ next: 'fim', onError: null }), inBox('a'), end])).toEqual([])
})

test('a chart in which nothing is caught stays the very same', () => {
  const chart = chartOf(documentOf([caixa({}), inBox('a')]))
  expect(withCatches(chart)).toBe(chart)
})

test('who is only reached after a failure lies below the container, not beside the first row', () => {
  const nodes = [caixa({ next: null, onError: 'ajuda' }), inBox('a'), inBox('b'), ajuda]
  const { boxes, edges } = layoutChart(drawn(nodes), () => null)
  expect(edges.get('caixa:caught')).toBeDefined()
  expect(boxes.get('ajuda')!.y).toBeGreaterThan(boxes.get('caixa')!.y)
})
