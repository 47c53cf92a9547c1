import type { VueFlowStore } from '@vue-flow/core'
import { expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { Positions } from './placed.ts'
import { edge, node } from './testing/chart.ts'
import { useDrawing } from './use-drawing.ts'
import type { WordsFor } from './words.ts'

const CHART: Chart = {
  nodes: [node('$trigger', 'trigger', 'lead.captured'), node('a'), node('b'), node('c')],
  edges: [edge('$trigger', 'a'), edge('a', 'b'), edge('b', 'c')],
}
const PLACED: Positions = { a: { x: 0, y: 200 }, b: { x: 0, y: 400 }, c: { x: 0, y: 600 } }

function draw() {
  const chart = shallowRef(CHART)
  const dragged = shallowRef<Positions>({})
  const updateNode = vi.fn<VueFlowStore['updateNode']>()
  const drawing = effectScope(true).run(() =>
    useDrawing({
      flow: { updateNode } as unknown as VueFlowStore,
      chart,
      words: ref({ t: (key: string) => key, named: (_, other) => other, locale: 'en' } as WordsFor),
      positions: shallowRef(PLACED),
      dragged,
      onDrawn: () => {},
    }),
  )
  return { chart, dragged, updateNode, drawing: drawing! }
}

test('A letter that is typed moves nothing, and draws one state anew', async () => {
  const { chart, updateNode, drawing } = draw()
  const before = drawing.layout.value
  const ways = drawing.edges.value
  const nodes = CHART.nodes.map((each) => (each.id === 'b' ? { ...each, summary: 'Oi' } : each))
  chart.value = { ...CHART, nodes }
  await nextTick()
  expect(drawing.layout.value).toBe(before)
  expect(drawing.edges.value).toBe(ways)
  expect(updateNode.mock.calls.map(([id]) => id)).toEqual(['b'])
})

test('While a state is dragged only its own ways are found anew', async () => {
  const { dragged, updateNode, drawing } = draw()
  const before = new Map(drawing.edges.value.map(({ edge: { id }, placed }) => [id, placed]))
  dragged.value = { c: { x: 80, y: 640 } }
  await nextTick()
  const changed = drawing.edges.value.filter(
    ({ edge: { id }, placed }) => before.get(id) !== placed,
  )
  expect(changed.map(({ edge: { id } }) => id)).toEqual(['b:next'])
  expect(updateNode.mock.calls.map(([id]) => id)).toEqual(['c'])
})
