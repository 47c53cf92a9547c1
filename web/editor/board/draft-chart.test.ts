import { expect, test } from 'vitest'
import { chartOf } from '#machines/compile/chart.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { draftChart } from './draft-chart.ts'

function documentOf(...nodes: WorkflowDocument['nodes']): WorkflowDocument {
  return { id: 'wf_t', name: 'T', trigger: { type: 'lead.captured' }, nodes }
}
const edgesOf = (document: WorkflowDocument) =>
  draftChart(document).edges.map(({ from, port, to }) => `${from} ${port} ${to}`)

test('A document without mistakes is drawn as the machine sees it', () => {
  const document = documentOf(
    { id: 'a', type: 'whatsapp.send_text', text: 'Oi' },
    { id: 'l', type: 'loop.for-each', items: '$.payload.items', as: 'item' },
    { id: 'b', type: 'delay', duration: 'P1D', parent: 'l' },
  )
  expect(draftChart(document)).toEqual(chartOf(document))
})

test('A state with empty fields looks like its kind, and a choice already branches', () => {
  const document = documentOf(
    { id: 'i', type: 'if', then: 't' },
    { id: 'x', type: 'whatsapp.send_text', text: '' },
    { id: 't', type: 'delay', duration: 'P1D' },
  )
  const { nodes } = draftChart(document)
  expect(nodes.find(({ id }) => id === 'i')).toMatchObject({ role: 'choice', icon: 'git-branch' })
  expect(nodes.find(({ id }) => id === 'x')).toMatchObject({
    icon: 'message-square-text',
    summary: '',
  })
  expect(edgesOf(document)).toEqual([
    '$trigger next i',
    'i then t',
    'i else x',
    'x next t',
    't next $end',
  ])
})

test('A container holds its states while its own fields are missing', () => {
  const document = documentOf(
    { id: 'l', type: 'loop.for-each' },
    { id: 'a', type: 'delay', duration: 'P1D', parent: 'l' },
    { id: 'z', type: 'interrupt' },
    { id: 'b', type: 'delay', duration: 'P1D', parent: 'z' },
    { id: 'g', type: 'group', timeout: 'soon' },
    { id: 'c', type: 'delay', duration: 'P1D', parent: 'g' },
  )
  const held = draftChart(document).nodes.flatMap(({ id, parent }) =>
    parent ? [`${id} in ${parent}`] : [],
  )
  expect(held).toEqual(['a in l', 'b in z', 'c in g'])
  expect(draftChart(document).nodes.find(({ id }) => id === 'z')?.summary).toBe('')
})

test('What says the same is the same object, so that one key typed draws one state anew', () => {
  const before = draftChart(
    documentOf(
      { id: 'a', type: 'whatsapp.send_text', text: 'Oi' },
      { id: 'b', type: 'delay', duration: 'P1D' },
    ),
  )
  const after = draftChart(
    documentOf(
      { id: 'a', type: 'whatsapp.send_text', text: 'Oi!' },
      { id: 'b', type: 'delay', duration: 'P1D' },
    ),
    before,
  )
  const changed = after.nodes.filter((node) => !before.nodes.includes(node)).map(({ id }) => id)
  expect(changed).toEqual(['a'])
  expect(after.edges).toBe(before.edges)
})

test('What cannot be read at all is an empty drawing', () => {
  expect(draftChart({ ...documentOf(), id: '?' })).toEqual({ nodes: [], edges: [] })
})
