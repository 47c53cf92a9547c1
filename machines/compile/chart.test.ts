import { expect, test } from 'vitest'
import { choiceNode, documentOf, textNode } from '../testing/document.ts'
import { chartOf } from './chart.ts'

const edgesOf = (document: unknown) =>
  chartOf(document).edges.map(({ from, port, to }) => `${from} ${port} ${to}`)

test('the chart shows the trigger, every way out and the ends', () => {
  const wait = { id: 'w', type: 'wait.for.event', event: 'x.y', timeout: 'P1D', timeoutNext: null }
  const document = documentOf([choiceNode('i', 'w', 't'), wait, textNode('t')])
  expect(edgesOf(document)).toEqual([
    '$trigger next i',
    'i then w',
    'i else t',
    'w next t',
    'w timeout $end',
    't next $end',
    't error $failed',
  ])
  const roles = chartOf(document).nodes.map(({ id, role, waits }) => `${id} ${role} ${waits}`)
  expect(roles).toEqual([
    '$trigger trigger false',
    'i choice false',
    'w state true',
    't state true',
    '$end end false',
    '$failed failed false',
  ])
})

test('a node end is the same place as the end of the run', () => {
  const document = documentOf([textNode('a', { onError: 'fim' }), { id: 'fim', type: 'end' }])
  expect(edgesOf(document)).toEqual(['$trigger next a', 'a next $end', 'a error $end'])
  expect(chartOf(document).nodes.map((node) => node.id)).toEqual(['$trigger', 'a', '$end'])
})

test('a way back into a group says how much it remembers', () => {
  const inside = textNode('a', { parent: 'g' })
  const jumps = ['deep', 'shallow', undefined].map((history, index) => ({
    id: `j${index}`,
    type: 'goto',
    to: 'g',
    ...(history && { history }),
  }))
  const { nodes } = chartOf(documentOf([{ id: 'g', type: 'group' }, inside, ...jumps]))
  const told = nodes.filter(({ kind }) => kind === 'goto').map(({ history }) => history)
  expect(told).toEqual(['deep', 'shallow', undefined])
})

test('a document with errors is drawn as far as it can be read', () => {
  const document = documentOf(
    [{ id: 'x', type: 'ai.classify', label: 'Entender' }, textNode('b', { next: 'gone' })],
    { trigger: { type: 'moon.full' } },
  )
  expect(edgesOf(document)).toEqual(['$trigger next x', 'x next b', 'b error $failed'])
  expect(chartOf(document).nodes[1]).toMatchObject({
    kind: 'ai.classify',
    label: 'Entender',
    title: { en: 'ai.classify' },
    waits: false,
  })
})

test('what is no document at all is an empty chart', () => {
  for (const input of [null, undefined, 5, 'x', [], {}, { nodes: [] }]) {
    expect(chartOf(input)).toEqual({ nodes: [], edges: [] })
  }
})

test('an interrupt that stands first is not where a run begins', () => {
  const interrupt = { id: 'menu', type: 'interrupt', words: ['menu'] }
  const inside = { ...textNode('m'), parent: 'menu' }
  expect(edgesOf(documentOf([interrupt, inside, textNode('t')]))).toContain('$trigger next t')
})
