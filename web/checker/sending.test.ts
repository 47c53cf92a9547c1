import { expect, test } from 'vitest'
import { reactive } from 'vue'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { createReceiver } from './receiving.ts'
import { createSender } from './sending.ts'

const node = (id: string) => ({ id, type: 'end' })
const draft = (nodes: WorkflowDocument['nodes'], name = 'Teste'): WorkflowDocument => ({
  id: 'wf_test',
  name,
  trigger: { type: 'manual' },
  nodes,
})

/** Both ends, with what is between two threads between them. */
function connect() {
  const [sender, receiver] = [createSender(), createReceiver()]
  return (document: WorkflowDocument) => {
    const sent = structuredClone(sender.next(document, undefined))
    const taken = receiver.take(sent.document) as WorkflowDocument
    return { fresh: sent.document?.fresh.length, taken }
  }
}

test('a node crosses once, and stays the same object on the other side', () => {
  const send = connect()
  const [a, b, c] = [node('a'), node('b'), node('c')]
  const first = send(draft([a, b]))
  expect([first.fresh, first.taken]).toEqual([2, draft([a, b])])
  const second = send(draft([c, a, { ...b, type: 'goto' }], 'Novo'))
  expect(second.fresh).toBe(2)
  expect(second.taken).toEqual(draft([c, a, { id: 'b', type: 'goto' }], 'Novo'))
  expect(second.taken.nodes[1]).toBe(first.taken.nodes[0])
})

test('nothing is sent of a document that is the same', () => {
  const send = connect()
  const document = draft([node('a')])
  const { taken } = send(document)
  expect(send(document)).toEqual({ fresh: undefined, taken })
})

test('a node that was taken away crosses again when it is back', () => {
  const send = connect()
  const [a, b] = [node('a'), node('b')]
  send(draft([a, b]))
  expect(send(draft([b])).fresh).toBe(0)
  expect(send(draft([a, b]))).toEqual({ fresh: 1, taken: draft([a, b]) })
})

test('one node may stand in the document twice', () => {
  const send = connect()
  const a = node('a')
  expect(send(draft([a, a]))).toEqual({ fresh: 1, taken: draft([a, a]) })
})

test('what is watched for changes can be sent, too', () => {
  const send = connect()
  const watched = reactive(draft([node('a')]))
  expect(send(watched).taken).toEqual(draft([node('a')]))
})

test('a node that never came is told of', () => {
  const sent = { rest: {}, order: [1], fresh: [] }
  expect(() => createReceiver().take(sent)).toThrow('never sent')
})
