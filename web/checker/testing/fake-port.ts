// A worker that is none: it does with what it is sent what the real one does, but only when the test says so.

import type { Port } from '../line.ts'
import { createHandler } from '../handle.ts'
import type { Reply, Request } from '../protocol.ts'

export interface FakePort extends Port {
  /** What has not been answered yet. */
  inbox: Request[]
  isTerminated: boolean
  /** Says that it is loaded. */
  ready(): void
  /** Answers the oldest question, and lets those hear it who wait for it. */
  answer(): Promise<void>
  crash(): Promise<void>
}

/** @param options.isPrompt answers everything by itself */
export function createFakePorts({ isPrompt = false } = {}): {
  ports: FakePort[]
  open: () => FakePort
} {
  const ports: FakePort[] = []
  return {
    ports,
    open: () => {
      const port = createFakePort(isPrompt)
      ports.push(port)
      if (isPrompt) queueMicrotask(() => port.ready())
      return port
    },
  }
}

/** Long enough for everything that waits for a promise of a promise. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

function createFakePort(isPrompt: boolean): FakePort {
  const handle = createHandler()
  let isReady = false
  const say = (data: Reply) =>
    port.onmessage?.({ data: structuredClone(data) } as MessageEvent<Reply>)
  const port: FakePort = {
    inbox: [],
    isTerminated: false,
    onmessage: null,
    onerror: null,
    postMessage: (request) => {
      port.inbox.push(structuredClone(request))
      if (isPrompt) queueMicrotask(() => void port.answer())
    },
    terminate: () => {
      port.isTerminated = true
    },
    ready: () => {
      isReady = true
      say({ kind: 'ready' })
    },
    answer: async () => {
      if (!isReady) port.ready()
      const request = port.inbox.shift()
      if (request) say(handle(request))
      await settle()
    },
    crash: async () => {
      port.onerror?.({ message: 'out of memory', preventDefault: () => {} } as ErrorEvent)
      await settle()
    },
  }
  return port
}
