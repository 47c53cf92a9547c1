// A small HTTP/1.1 client over bare sockets for requests that are made beforehand, so that the load costs little beside
// what it measures. Closed loop: each connection asks again when it is answered. Open loop: at fixed times, whatever
// the answers do, and latency counts from the time at which a request was due.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Target {
  host: string
  port: number
  connections: number
}

export interface Answered {
  /** Milliseconds, in the order of the answers. */
  latencies: number[]
  seconds: number
}

interface Line {
  /** Resolves when the whole answer is there. @throws {Error} for any status but 2xx */
  ask(request: Buffer): Promise<void>
  close(): void
}

/** Requests of one target; give `request` an index, it makes the bytes. */
export interface HttpLoad {
  /** Sends `count` requests as fast as they are answered. */
  closed(count: number, request: (index: number) => Buffer): Promise<Answered>
  /** Sends `rate` a second for `seconds`. */
  open(
    plan: { rate: number; seconds: number },
    request: (index: number) => Buffer,
  ): Promise<Answered>
  close(): void
}

export async function openLoad(target: Target): Promise<HttpLoad> {
  const lines = await Promise.all(Array.from({ length: target.connections }, () => dial(target)))
  return {
    closed: async (count, request) => {
      const latencies: number[] = []
      const start = performance.now()
      let next = 0
      const work = async (line: Line): Promise<void> => {
        while (next < count) {
          const bytes = request(next++)
          const sent = performance.now()
          await line.ask(bytes)
          latencies.push(performance.now() - sent)
        }
      }
      await Promise.all(lines.map(work))
      return { latencies, seconds: (performance.now() - start) / 1000 }
    },
    open: (plan, request) => sendAtTimes(lines, plan, request),
    close: () => {
      for (const line of lines) line.close()
    },
  }
}

async function sendAtTimes(
  lines: Line[],
  { rate, seconds }: { rate: number; seconds: number },
  request: (index: number) => Buffer,
): Promise<Answered> {
  const count = rate * seconds
  const latencies: number[] = []
  const free = [...lines]
  const late: number[] = []
  const start = performance.now()
  const dueAt = (index: number): number => start + (index * 1000) / rate
  const finished = Promise.withResolvers<void>()
  const send = (index: number): void => {
    const line = free.pop()
    if (!line) {
      late.push(index)
      return
    }
    line.ask(request(index)).then(() => {
      latencies.push(performance.now() - dueAt(index))
      free.push(line)
      const waiting = late.shift()
      if (waiting !== undefined) send(waiting)
      if (latencies.length === count) finished.resolve()
    }, finished.reject)
  }
  let next = 0
  const timer = setInterval(() => {
    while (next < count && dueAt(next) <= performance.now()) send(next++)
    if (next === count) clearInterval(timer)
  }, 1)
  await finished.promise.finally(() => clearInterval(timer))
  return { latencies, seconds: (performance.now() - start) / 1000 }
}

/** A server ends connections that rest; who had one asks again over a new one, as every sender of webhooks does. */
async function dial(target: Target): Promise<Line> {
  let wire = await openWire(target)
  let isClosed = false
  const again = async (request: Buffer): Promise<void> => {
    wire = await openWire(target)
    return wire.ask(request)
  }
  return {
    ask: async (request) => {
      try {
        return await wire.ask(request)
      } catch (error) {
        if (isClosed || !(error instanceof ConnectionEnded)) throw error
        return again(request)
      }
    },
    close: () => {
      isClosed = true
      wire.close()
    },
  }
}

class ConnectionEnded extends Error {}

/** One connection; when it has ended, `ask` throws {@link ConnectionEnded}. */
async function openWire({ host, port }: Target): Promise<Line> {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'connect')
  let waiting: PromiseWithResolvers<void> | null = null
  let text = ''
  const fail = (): void => waiting?.reject(new ConnectionEnded('the server closed the connection'))
  socket.setEncoding('latin1')
  socket.on('error', fail)
  socket.on('close', fail)
  socket.on('data', (chunk: string) => {
    text += chunk
    const status = wholeAnswer(text)
    if (status === null) return
    const answered = waiting
    const body = text
    text = ''
    waiting = null
    if (status >= 200 && status < 300) answered?.resolve()
    else answered?.reject(new Error(`answered ${body.slice(0, 600)}`))
  })
  return {
    ask: (request) => {
      waiting = Promise.withResolvers<void>()
      if (socket.writable) socket.write(request)
      else fail()
      return waiting.promise
    },
    close: () => endQuietly(socket),
  }
}

function endQuietly(socket: Socket): void {
  socket.removeAllListeners('close')
  socket.destroy()
}

/** The status once head and body are complete. */
function wholeAnswer(text: string): number | null {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return null
  const head = text.slice(0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const isWhole =
    length === undefined
      ? !/\r\ntransfer-encoding: *chunked/i.test(head) || text.endsWith('0\r\n\r\n')
      : text.length - end - 4 >= Number(length)
  return isWhole ? Number(head.slice(9, 12)) : null
}

/** The bytes of a POST. */
export function postOf(
  { host, path, headers = {} }: { host: string; path: string; headers?: Record<string, string> },
  body: string,
): Buffer {
  const all = {
    host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}
