import websocket from '@fastify/websocket'
import type { WebSocket as ServerSocket } from '@fastify/websocket'
import fastify from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createActor } from 'xstate'
import type { ServerMessage } from '#machines/contracts/live.ts'
import { refused } from './errors.ts'
import { backoffPause, createLiveMachine } from './live.ts'
import type { LiveActor, LiveDeps } from './live.ts'

const TOPIC = 'workflow:wf_1'
let app: ReturnType<typeof fastify>
let sockets: ServerSocket[]
let said: unknown[]
let answersPings: boolean
let url: string
let live: LiveActor | null

beforeEach(async () => {
  sockets = []
  said = []
  answersPings = true
  live = null
  app = fastify()
  await app.register(websocket)
  app.get('/live', { websocket: true }, (socket: ServerSocket) => {
    sockets.push(socket)
    socket.on('message', (raw: Buffer) => hear(socket, JSON.parse(raw.toString())))
  })
  url = (await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
})

afterEach(async () => {
  live?.stop()
  for (const socket of sockets) socket.terminate()
  await app.close()
})

function hear(socket: ServerSocket, message: { subscribe?: string; ping?: number }): void {
  said.push(message)
  if (message.subscribe) tell(socket, { type: 'subscribed', topic: message.subscribe })
  if (message.ping && answersPings) tell(socket, { type: 'pong', ping: message.ping })
}

const tell = (socket: ServerSocket, message: ServerMessage): void =>
  socket.send(JSON.stringify(message))

function start(changes: Partial<LiveDeps> = {}): { heard: ServerMessage[]; live: LiveActor } {
  const machine = createLiveMachine({
    takeTicket: () => Promise.resolve('ticket'),
    openSocket: (ticket) => new WebSocket(`${url}/live?ticket=${ticket}`),
    heartbeat: 10_000,
    random: () => 0,
    backoff: { first: 20, longest: 80 },
    ...changes,
  })
  const actor = createActor(machine)
  const heard: ServerMessage[] = []
  actor.on('message', ({ message }) => heard.push(message))
  live = actor.start()
  live.send({ type: 'start' })
  return { heard, live }
}

const isOpen = () =>
  vi.waitFor(() => expect(live?.getSnapshot().matches({ on: 'open' })).toBe(true))

test('It takes a ticket, connects, and hands on what the gateway says', async () => {
  const { heard } = start()
  await isOpen()
  live?.send({ type: 'follow', topic: TOPIC })
  await vi.waitFor(() => expect(heard).toEqual([{ type: 'subscribed', topic: TOPIC }]))
})

test('What the contract does not know is left out, and the connection stays', async () => {
  const { heard } = start()
  await isOpen()
  sockets[0]?.send('not json')
  sockets[0]?.send('{"type":"from.the.future"}')
  if (sockets[0]) tell(sockets[0], { type: 'pong', ping: 1 })
  await vi.waitFor(() => expect(heard).toEqual([{ type: 'pong', ping: 1 }]))
})

test('A topic that two parts of the page follow is left only when both let go', async () => {
  start()
  live?.send({ type: 'follow', topic: TOPIC })
  live?.send({ type: 'follow', topic: TOPIC })
  await isOpen()
  live?.send({ type: 'unfollow', topic: TOPIC })
  await vi.waitFor(() => expect(said).toEqual([{ subscribe: TOPIC }]))
  live?.send({ type: 'unfollow', topic: TOPIC })
  await vi.waitFor(() => expect(said).toEqual([{ subscribe: TOPIC }, { unsubscribe: TOPIC }]))
})

test('What is said while the line is away is said to nobody, also later', async () => {
  start()
  const here = { workflowId: 'wf_1', nodeId: null, typing: false }
  live?.send({ type: 'say', message: { here } })
  await isOpen()
  live?.send({ type: 'say', message: { here: { ...here, nodeId: 'n1' } } })
  await vi.waitFor(() => expect(said).toEqual([{ here: { ...here, nodeId: 'n1' } }]))
})

test('After a broken connection it comes back with a new ticket and the topics that are still followed', async () => {
  const takeTicket = vi.fn(() => Promise.resolve('ticket'))
  start({ takeTicket })
  live?.send({ type: 'follow', topic: TOPIC })
  live?.send({ type: 'follow', topic: 'contact:cnt_1' })
  await isOpen()
  live?.send({ type: 'unfollow', topic: 'contact:cnt_1' })
  await vi.waitFor(() => expect(said).toHaveLength(3))
  sockets[0]?.terminate()
  await vi.waitFor(() => expect(takeTicket).toHaveBeenCalledTimes(2))
  await isOpen()
  await vi.waitFor(() => expect(said.slice(3)).toEqual([{ subscribe: TOPIC }]))
  expect(live?.getSnapshot().context.attempt).toBe(0)
})

test('A connection that stays silent over a heartbeat is given up', async () => {
  answersPings = false
  start({ heartbeat: 40 })
  await isOpen()
  await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(1))
})

test('A connection that answers its pings stays', async () => {
  // Long enough for a busy machine to answer in time, four times over.
  start({ heartbeat: 300 })
  await isOpen()
  await vi.waitFor(() => expect(said.length).toBeGreaterThanOrEqual(4), { timeout: 8_000 })
  expect(sockets).toHaveLength(1)
})

test('It keeps trying while no ticket can be had, and wakes up when told that the network is back', async () => {
  const takeTicket = vi.fn<() => Promise<string>>().mockRejectedValue(new Error('down'))
  start({ takeTicket, backoff: { first: 60_000, longest: 60_000 } })
  await vi.waitFor(() => expect(live?.getSnapshot().value).toBe('waiting'))
  takeTicket.mockResolvedValue('ticket')
  live?.send({ type: 'wake' })
  await isOpen()
})

test('Without a session it stops trying until it is started again', async () => {
  const takeTicket = vi.fn<() => Promise<string>>().mockRejectedValue(refused(401, null))
  start({ takeTicket })
  await vi.waitFor(() => expect(live?.getSnapshot().value).toBe('refused'))
  takeTicket.mockResolvedValue('ticket')
  live?.send({ type: 'start' })
  await isOpen()
})

test('Stopping closes the socket', async () => {
  start()
  await isOpen()
  const closed = new Promise((resolve) => sockets[0]?.once('close', resolve))
  live?.send({ type: 'stop' })
  await closed
  expect(live?.getSnapshot().value).toBe('off')
})

test('Pauses double up to the longest, with jitter over their upper half', () => {
  const deps = { random: () => 0, backoff: { first: 100, longest: 1000 } } as LiveDeps
  expect([1, 2, 3, 4, 5, 9].map((attempt) => backoffPause(attempt, deps))).toEqual([
    50, 100, 200, 400, 500, 500,
  ])
  expect(backoffPause(1, { ...deps, random: () => 0.999 })).toBe(100)
})
