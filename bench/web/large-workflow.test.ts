import { expect, test } from 'vitest'
import { chartOf } from '../../machines/compile/chart.ts'
import { compile } from '../../machines/compile/compile.ts'
import { largeWorkflow, textState } from './large-workflow.ts'

test.each([60, 200, 500])('%i states have twice as many ways, and no error', (states) => {
  const workflow = largeWorkflow('wf_large', states)
  const { nodes, edges } = chartOf(workflow)
  const ways = edges.filter(({ port, to }) => port !== 'error' && to !== '$failed')
  const own = nodes.filter(({ role }) => role === 'state' || role === 'choice')
  expect(own).toHaveLength(states)
  // One more comes from the trigger.
  expect(ways).toHaveLength(2 * states + 1)
  const { diagnostics } = compile(workflow)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(nodes.find(({ id }) => id === textState(states))?.kind).toBe('whatsapp.send_text')
})
