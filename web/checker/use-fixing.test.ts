import { expect, test } from 'vitest'
import { ref, shallowRef } from 'vue'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Draft, Edit, SaveState } from '../editor/draft/draft.ts'
import { createChecker } from './create-checker.ts'
import { createFakePorts } from './testing/fake-port.ts'
import { useFixing } from './use-fixing.ts'

const send = (id: string, more: object = {}) => ({
  id,
  type: 'whatsapp.send_text',
  text: 'Oi',
  onError: null,
  ...more,
})

/** A draft whose problems are known, as much of it as fixes need. */
async function open(...nodes: { id: string; type: string }[]) {
  const document = shallowRef<WorkflowDocument>({
    id: 'wf_test',
    name: 'Teste',
    trigger: { type: 'message.received.whatsapp' },
    nodes,
  })
  const steps: string[] = []
  const take = (name: string, change: (now: WorkflowDocument) => Edit): void => {
    steps.push(name)
    document.value = change(document.value).document
  }
  const saveState = ref<SaveState>('saved')
  const draft: Pick<Draft, 'document' | 'selection' | 'saveState' | 'edit' | 'typing'> = {
    document,
    selection: ref([]),
    saveState,
    edit: take,
    typing: (label, field, change) => take(`${label} ${field}`, change),
  }
  const checker = createChecker({
    document,
    surroundings: ref(),
    open: createFakePorts({ isPrompt: true }).open,
  })
  const fixing = useFixing(draft, checker)
  await expect.poll(() => checker.checking.value).toBe(false)
  const found = (code: string) =>
    checker.checked.value.diagnostics.filter((problem) => problem.code === code)
  return { document, steps, saveState, found, ...fixing }
}

test('a fix is one step, made where the problem stands now', async () => {
  const { document, steps, found, fix } = await open(send('a', { purpose: 'service' }), send('b'))
  const [problem] = found('PURPOSE_MISSING')
  document.value = { ...document.value, nodes: [send('new'), ...document.value.nodes] }
  expect(await fix(problem!)).toEqual({ kind: 'fixed', count: 1 })
  expect(steps).toEqual(['edit.fix'])
  expect(document.value.nodes.map((node) => node['purpose'])).toEqual([
    undefined,
    'service',
    'service',
  ])
  expect(found('PURPOSE_MISSING').map(({ nodeId }) => nodeId)).toEqual(['new'])
})

test('what has gone meanwhile is not fixed, nor what nobody may change', async () => {
  const { document, steps, saveState, found, fix } = await open(send('a'))
  const [problem] = found('PURPOSE_MISSING')
  document.value = { ...document.value, nodes: [send('a', { purpose: 'service' })] }
  expect(await fix(problem!)).toEqual({ kind: 'gone' })
  document.value = { ...document.value, nodes: [send('a')] }
  saveState.value = 'readonly'
  expect(await fix(problem!)).toEqual({ kind: 'refused' })
  expect(steps).toEqual([])
})

test('all of a kind are fixed, also those that only show when others are', async () => {
  const jump = (id: string) => ({ id, type: 'goto', to: id })
  const { document, steps, found, fixAll } = await open(
    send('a', { next: 'x' }),
    send('b'),
    jump('x'),
    jump('y'),
  )
  expect(await fixAll('PURPOSE_MISSING')).toEqual({ kind: 'fixed', count: 2 })
  expect(found('PURPOSE_MISSING')).toEqual([])
  expect(found('LOOP_WITHOUT_WAIT')).toHaveLength(2)
  const { count } = (await fixAll('LOOP_WITHOUT_WAIT')) as { count: number }
  expect(found('LOOP_WITHOUT_WAIT')).toEqual([])
  expect(count).toBe(2)
  expect(new Set(document.value.nodes.map(({ id }) => id)).size).toBe(document.value.nodes.length)
  expect(new Set(steps)).toEqual(
    new Set(['edit.fixAll PURPOSE_MISSING', 'edit.fixAll LOOP_WITHOUT_WAIT']),
  )
})
