// Against a real socket: what a page says of itself, what it hears of the others, and what a broken line leaves.

import websocket from '@fastify/websocket'
import type { WebSocket as ServerSocket } from '@fastify/websocket'
import fastify from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApp, effectScope, nextTick, ref } from 'vue'
import type { EffectScope } from 'vue'
import { createActor } from 'xstate'
import type { ClientMessage, Editor, ServerMessage } from '#machines/contracts/live.ts'
import { createLiveMachine } from '../api/live.ts'
import type { LiveActor } from '../api/live.ts'
import { liveKey } from '../api/use-live.ts'
import { type People, usePeople } from './use-people.ts'

const TOPIC = 'editors:wf_1'
let app: ReturnType<typeof fastify>
let sockets: ServerSocket[]
let said: ClientMessage[]
let live: LiveActor
let scope: EffectScope

beforeEach(async () => {
  sockets = []
  said = []
  app = fastify()
  await app.register(websocket)
  app.get('/live', { websocket: true }, (socket: ServerSocket) => {
    sockets.push(socket)
    socket.on('message', (raw: Buffer) => {
      const message = JSON.parse(raw.toString()) as ClientMessage
      said.push(message)
      if ('subscribe' in message) tell({ type: 'subscribed', topic: TOPIC, connectionId: 'me' })
    })
  })
  const url = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
  const machine = createLiveMachine({
    takeTicket: () => Promise.resolve('ticket'),
    openSocket: () => new WebSocket(`${url}/live`),
    heartbeat: 60_000,
    random: () => 0,
    backoff: { first: 20, longest: 20 },
  })
  live = createActor(machine).start()
  live.send({ type: 'start' })
  scope = effectScope()
})
afterEach(async () => {
  scope.stop()
  live.stop()
  for (const socket of sockets) socket.terminate()
  await app.close()
})

const tell = (message: ServerMessage): void => sockets.at(-1)?.send(JSON.stringify(message))
const editor = (given: Partial<Editor>): Editor => ({
  connectionId: 'other',
  userId: 'usr_bia',
  name: 'Bia',
  nodeId: 'n1',
  typing: false,
  since: '2026-03-02T12:00:00.000Z',
  ...given,
})
const people = (...all: Partial<Editor>[]) =>
  tell({ type: 'workflow.editors', topic: TOPIC, workflowId: 'wf_1', people: all.map(editor) })

function enter() {
  const page = createApp({})
  page.provide(liveKey, live)
  const selection = ref<string[]>([])
  const typing = ref(false)
  const entered = page.runWithContext(() =>
    scope.run(() => usePeople(ref('wf_1'), selection, typing)),
  )
  return { here: entered as People, selection, typing }
}
const places = () => said.flatMap((message) => ('here' in message ? [message.here] : []))
const at = (nodeId: string | null, typing = false) => ({ workflowId: 'wf_1', nodeId, typing })

test('it says where it is on coming, on every change, and again after the line was away', async () => {
  const { selection, typing } = enter()
  await vi.waitFor(() => expect(places()).toEqual([at(null)]))
  selection.value = ['n1', 'n2']
  await vi.waitFor(() => expect(places().at(-1)).toEqual(at('n2')))
  typing.value = true
  await vi.waitFor(() => expect(places().at(-1)).toEqual(at('n2', true)))
  const before = places().length
  sockets[0]?.terminate()
  await vi.waitFor(() => expect(places().length).toBeGreaterThan(before))
  expect(places().at(-1)).toEqual(at('n2', true))
})

test('running through the nodes is not told step by step, and the last one is', async () => {
  const { selection } = enter()
  await vi.waitFor(() => expect(places()).toHaveLength(1))
  for (let n = 0; n < 50; n++) {
    selection.value = [`n${n}`]
    await nextTick()
  }
  await vi.waitFor(() => expect(places().at(-1)).toEqual(at('n49')))
  expect(places().length).toBeLessThanOrEqual(4)
})

test('it knows the others, whose form is whose, and what was saved', async () => {
  const { here } = enter()
  await vi.waitFor(() => expect(places()).toHaveLength(1))
  people({ connectionId: 'me' }, {}, { connectionId: 'third', nodeId: 'n2', typing: true })
  await vi.waitFor(() => expect(here.others.value).toHaveLength(2))
  expect(here.peopleOn('n1').map(({ connectionId }) => connectionId)).toEqual(['other'])
  expect([here.holderOf('n1'), here.holderOf('n2')?.connectionId]).toEqual([null, 'third'])
  const by = { id: 'usr_bia', name: 'Bia' }
  tell({ type: 'workflow.saved', topic: TOPIC, workflowId: 'wf_1', revision: 8, by })
  await vi.waitFor(() => expect(here.saved.value).toMatchObject({ revision: 8, by }))
})

test('while the line is away nobody holds a form', async () => {
  const { here } = enter()
  await vi.waitFor(() => expect(places()).toHaveLength(1))
  people({ typing: true })
  await vi.waitFor(() => expect(here.holderOf('n1')?.name).toBe('Bia'))
  live.send({ type: 'stop' })
  await vi.waitFor(() => expect(here.holderOf('n1')).toBeNull())
  expect(here.others.value).toEqual([])
})
