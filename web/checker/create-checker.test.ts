import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { shallowRef } from 'vue'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { CHECK_LIMIT, createChecker } from './create-checker.ts'
import { createFakePorts } from './testing/fake-port.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const send = (id: string, more: object = {}) => ({
  id,
  type: 'whatsapp.send_text',
  text: 'Oi',
  purpose: 'service',
  ...more,
})

const draft = (...nodes: { id: string; type: string }[]): WorkflowDocument => ({
  id: 'wf_test',
  name: 'Teste',
  trigger: { type: 'message.received.whatsapp' },
  nodes,
})

function start(first = draft(send('a', { next: null }))) {
  const document = shallowRef(first)
  const surroundings = shallowRef<Surroundings>()
  const { ports, open } = createFakePorts()
  let clock = 0
  const checker = createChecker({ document, surroundings, open, now: () => clock })
  const codes = () => checker.checked.value.diagnostics.map(({ code }) => code)
  const pass = (ms: number) => {
    clock += ms
  }
  return { document, surroundings, ports, checker, codes, pass }
}

test('the drawing is there at once, its problems when the worker has looked', async () => {
  const { ports, checker, codes, pass } = start()
  const ids = checker.checked.value.chart.nodes.map(({ id }) => id)
  expect(ids).toEqual(['$trigger', 'a', '$end', '$failed'])
  expect([checker.checking.value, checker.checked.value.ms, codes()]).toEqual([true, 0, []])
  ports[0]!.ready()
  pass(40)
  await ports[0]!.answer()
  expect(codes()).toEqual(['FAILURE_UNHANDLED'])
  const { ok, ms } = checker.checked.value
  expect([checker.checking.value, ok, ms]).toEqual([false, true, 40])
})

test('of many changes while one is looked at only the newest is looked at next', async () => {
  const { document, ports, checker, codes } = start()
  const port = ports[0]!
  port.ready()
  for (const next of ['b', 'c', 'd', 'e']) document.value = draft(send('a', { next }))
  document.value = draft(send('a', { next: null, onError: null }))
  expect(port.inbox).toHaveLength(1)
  await port.answer()
  expect([codes(), checker.checking.value]).toEqual([['FAILURE_UNHANDLED'], true])
  expect(port.inbox).toHaveLength(1)
  await port.answer()
  expect([codes(), checker.checking.value, port.inbox]).toEqual([[], false, []])
})

test('what takes longer than the limit is cut, and the next change goes to a new worker', async () => {
  const { document, ports, checker, codes } = start()
  ports[0]!.ready()
  await vi.advanceTimersByTimeAsync(CHECK_LIMIT - 1)
  expect(checker.checking.value).toBe(true)
  await vi.advanceTimersByTimeAsync(1)
  expect([checker.trouble.value, checker.checking.value]).toEqual(['slow', false])
  expect([ports[0]!.isTerminated, ports.length]).toEqual([true, 1])
  document.value = draft(send('a', { next: 'gone' }))
  await ports[1]!.answer()
  expect(codes()).toContain('TARGET_MISSING')
  expect(checker.trouble.value).toBe(null)
})

test('the time that a worker takes to load is nobody’s fault', async () => {
  const { ports, checker } = start()
  await vi.advanceTimersByTimeAsync(10 * CHECK_LIMIT)
  expect(checker.trouble.value).toBe(null)
  ports[0]!.ready()
  await vi.advanceTimersByTimeAsync(CHECK_LIMIT)
  expect(checker.trouble.value).toBe('slow')
})

test('a worker that breaks down is replaced, and it is said until the next change', async () => {
  const { document, ports, checker, codes } = start()
  await ports[0]!.crash()
  expect([checker.trouble.value, checker.checking.value]).toEqual(['restarted', true])
  expect(ports[0]!.isTerminated).toBe(true)
  await ports[1]!.answer()
  expect([codes(), checker.trouble.value]).toEqual([['FAILURE_UNHANDLED'], 'restarted'])
  document.value = draft(send('a', { onError: null }))
  await ports[1]!.answer()
  expect([codes(), checker.trouble.value]).toEqual([[], null])
})

test('a document that breaks every worker down is left alone until it changes', async () => {
  const { document, ports, checker, codes } = start()
  await ports[0]!.crash()
  await ports[1]!.crash()
  expect([checker.trouble.value, checker.checking.value, ports.length]).toEqual(['down', false, 2])
  checker.again()
  await ports[2]!.crash()
  expect(checker.trouble.value).toBe('restarted')
  await ports[3]!.crash()
  document.value = draft(send('a', { onError: null }))
  await ports[4]!.answer()
  expect([codes(), checker.trouble.value]).toEqual([[], null])
})

test('what the tenant has is asked about as soon as it is known', async () => {
  const { surroundings, ports, codes } = start(draft(send('a', { onError: null })))
  await ports[0]!.answer()
  expect(codes()).toEqual([])
  surroundings.value = { channels: new Set(), templates: [], workflows: [] }
  await ports[0]!.answer()
  expect(codes()).toEqual(['CHANNEL_MISSING'])
})

test('conversations and tests are played elsewhere and do not hold up the typing', async () => {
  const { document, ports, checker, codes } = start()
  await ports[0]!.answer()
  const playing = checker.chaos([])
  document.value = draft(send('a', { onError: null }))
  await ports[0]!.answer()
  expect(codes()).toEqual([])
  await ports[1]!.answer()
  expect(await playing).toBe(null)
  const simulating = checker.simulate([])
  await ports[1]!.answer()
  expect((await simulating).transcript.map(({ text }) => text)).toContain('Oi')
})

test('a conversation is about the draft as it is when its turn comes', async () => {
  const { document, ports, checker } = start()
  const first = checker.runTests([{ name: 'fim', script: [], expect: { messages: ['Oi'] } }])
  ports[1]!.ready()
  const second = checker.simulate([])
  document.value = draft(send('a', { text: 'Novo' }))
  await ports[1]!.answer()
  await ports[1]!.answer()
  expect(await first).toEqual([{ name: 'fim', passed: true, message: null }])
  expect((await second).transcript.map(({ text }) => text)).toContain('Novo')
})

test('a closed checker asks nobody and leaves nobody waiting', async () => {
  const { document, ports, checker } = start()
  const completing = checker.completionsAt('a')
  checker.close()
  await expect(completing).rejects.toMatchObject({ failure: 'closed' })
  document.value = draft()
  expect(ports.map(({ isTerminated }) => isTerminated)).toEqual([true])
  await expect(checker.simulate([])).rejects.toMatchObject({ failure: 'closed' })
})
