// A process of many people who look at a live picture: one socket each, over a bare connection, so that they cost little
// beside what they look at. Each follows one topic and notes how long after its Step every move came.

import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { answerParent, type Commands } from '../lib/answer-parent.ts'
import { percentileOf } from '../lib/stats.ts'

export interface Looker {
  ticket: string
  topic: string
}
export interface Heard {
  moves: number
  p50: number
  p99: number
  max: number
}

const HOST = '127.0.0.1'
const MEDIUM_LENGTH = 126
const LONG_LENGTH = 127
const LENGTH_BITS = 0x7f
const PING = 9
const PONG = 10

let sockets: Socket[] = []
let latencies: number[] = []

function open(port: number, { ticket, topic }: Looker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({ host: HOST, port, noDelay: true })
  sockets.push(socket)
  socket.on('error', reject).on('close', () => reject(new Error('a socket was closed')))
  socket.write(
    `GET /live?ticket=${ticket} HTTP/1.1\r\nhost: ${HOST}:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  )
  let rest: Buffer = Buffer.alloc(0)
  let isOpen = false
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (!isOpen) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = rest.subarray(0, end).toString('latin1')
      if (!head.startsWith('HTTP/1.1 101')) return reject(new Error(`refused: ${head}`))
      isOpen = true
      rest = rest.subarray(end + 4)
      socket.write(frameOf(1, JSON.stringify({ subscribe: topic })))
    }
    rest = readFrames(rest, (kind, text) => {
      if (kind === PING) socket.write(frameOf(PONG, text))
      else hear(text, resolve)
    })
  })
  return promise
}

function hear(text: string, onSubscribed: () => void): void {
  if (text.startsWith('{"type":"subscribed"')) return onSubscribed()
  if (!text.startsWith('{"type":"workflow.moved"')) return
  const now = Date.now()
  for (const [, at = ''] of text.matchAll(/"at":"([^"]+)"/g)) latencies.push(now - Date.parse(at))
}

/** Whole frames of a server, which are not masked. @returns what is left of the last one */
function readFrames(bytes: Buffer, onFrame: (kind: number, text: string) => void): Buffer {
  let start = 0
  while (bytes.length >= start + 2) {
    const kind = bytes.readUInt8(start) & 0x0f
    let length = bytes.readUInt8(start + 1) & LENGTH_BITS
    let body = start + 2
    if (length === MEDIUM_LENGTH) {
      if (bytes.length < body + 2) break
      length = bytes.readUInt16BE(body)
      body += 2
    } else if (length === LONG_LENGTH) {
      if (bytes.length < body + 8) break
      length = Number(bytes.readBigUInt64BE(body))
      body += 8
    }
    if (bytes.length < body + length) break
    onFrame(kind, bytes.toString('utf8', body, body + length))
    start = body + length
  }
  return bytes.subarray(start)
}

/** A short frame of a client, masked with nothing. */
function frameOf(kind: number, text: string): Buffer {
  const body = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x80 | kind, 0x80 | body.length, 0, 0, 0, 0]), body])
}

const COMMANDS = {
  open: async ({ port, lookers }: { port: number; lookers: Looker[] }) => {
    await Promise.all(lookers.map((looker) => open(port, looker)))
    return {}
  },
  /** What was heard since it was last asked. */
  heard: (): Heard => {
    const sorted = latencies.toSorted((left, right) => left - right)
    latencies = []
    const [p50, p99] = [50, 99].map((percent) => percentileOf(sorted, percent))
    return { moves: sorted.length, p50: p50 ?? NaN, p99: p99 ?? NaN, max: sorted.at(-1) ?? NaN }
  },
  leave: () => {
    for (const socket of sockets) socket.removeAllListeners('close').destroy()
    sockets = []
    return {}
  },
} satisfies Commands

answerParent(COMMANDS)
