// A TCP proxy between one process and one server, whose line can be delayed, held back in a direction, refused,
// reset, or cut after so many bytes.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createPipe, type Pipe } from './pipe.ts'

/** `up` leads to the server, `down` back to the client. */
export type Direction = 'up' | 'down'

export interface Wire {
  /** Since the connection began. */
  readonly id: number
  forward(direction: Direction, bytes: Buffer): void
  hold(direction: Direction): void
  release(direction: Direction): void
  drop(direction: Direction): void
  /** Both ends see the connection broken. */
  reset(): void
}

/** Looks at what passes; it forwards what it lets pass. */
export type Tap = (direction: Direction, bytes: Buffer) => void

export interface Link {
  readonly name: string
  readonly port: number
  /** How many connections were reset by `reset`, `refuse` or `cutAfter`. */
  readonly resets: () => number
  /** How many are open now. */
  readonly open: () => number
  delay(milliseconds: number): void
  hold(...directions: Direction[]): void
  /** New connections are reset, open ones too. */
  refuse(): void
  reset(): void
  /** Each connection is reset after so many more bytes of a direction. */
  cutAfter(bytes: number, direction: Direction): void
  /** Everything passes again. */
  heal(): void
  close(): Promise<void>
}

export interface LinkOptions {
  name: string
  target: () => { host: string; port: number }
  tap?: (wire: Wire) => Tap
}

interface State {
  lateBy: number
  held: Set<Direction>
  isRefusing: boolean
  cut: { bytes: number; direction: Direction } | null
  resets: number
}

interface OpenWire extends Wire {
  pipes: Record<Direction, Pipe>
}

export async function createLink(options: LinkOptions): Promise<Link> {
  const state: State = { lateBy: 0, held: new Set(), isRefusing: false, cut: null, resets: 0 }
  const wires = new Set<OpenWire>()
  let count = 0
  const server = createServer((client) => {
    client.setNoDelay(true)
    if (state.isRefusing) {
      state.resets += 1
      client.on('error', () => {})
      client.resetAndDestroy()
      return
    }
    count += 1
    open(client, { options, state, wires, id: count })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const resetAll = (): void => {
    for (const wire of wires) {
      state.resets += 1
      wire.reset()
    }
  }
  return {
    name: options.name,
    port: (server.address() as AddressInfo).port,
    resets: () => state.resets,
    open: () => wires.size,
    delay: (milliseconds) => (state.lateBy = milliseconds),
    hold: (...directions) => {
      for (const direction of directions) {
        state.held.add(direction)
        for (const wire of wires) wire.hold(direction)
      }
    },
    refuse: () => {
      state.isRefusing = true
      resetAll()
    },
    reset: resetAll,
    cutAfter: (bytes, direction) => (state.cut = { bytes, direction }),
    heal: () => heal(state, wires),
    close: async () => {
      for (const wire of wires) wire.reset()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function heal(state: State, wires: Set<OpenWire>): void {
  const held = [...state.held]
  state.lateBy = 0
  state.isRefusing = false
  state.cut = null
  state.held.clear()
  for (const wire of wires) for (const direction of held) wire.release(direction)
}

interface Opening {
  options: LinkOptions
  state: State
  wires: Set<OpenWire>
  id: number
}

function open(client: Socket, { options, state, wires, id }: Opening): void {
  const server = connect(options.target())
  server.setNoDelay(true)
  const lateBy = (): number => state.lateBy
  const pipes = {
    up: createPipe(client, server, lateBy),
    down: createPipe(server, client, lateBy),
  }
  const wire: OpenWire = {
    id,
    pipes,
    forward: (direction, bytes) => pipes[direction].push(bytes),
    hold: (direction) => pipes[direction].hold(),
    release: (direction) => pipes[direction].release(),
    drop: (direction) => pipes[direction].drop(),
    reset: () => {
      client.resetAndDestroy()
      server.resetAndDestroy()
    },
  }
  wires.add(wire)
  for (const direction of state.held) pipes[direction].hold()
  const tap = options.tap?.(wire) ?? wire.forward
  read(client, 'up', { tap, wire, state })
  read(server, 'down', { tap, wire, state })
  let closed = 0
  for (const socket of [client, server]) {
    socket.on('close', () => {
      closed += 1
      if (closed === 2) wires.delete(wire)
    })
  }
}

function read(
  socket: Socket,
  direction: Direction,
  { tap, wire, state }: { tap: Tap; wire: OpenWire; state: State },
): void {
  const pipe = wire.pipes[direction]
  let passed = 0
  let isBroken = false
  socket.on('data', (bytes) => {
    if (state.cut?.direction === direction) {
      passed += bytes.length
      if (passed > state.cut.bytes) {
        state.resets += 1
        wire.reset()
        return
      }
    }
    tap(direction, bytes)
  })
  socket.on('end', () => pipe.push('end'))
  socket.on('error', () => {
    isBroken = true
    pipe.push('reset')
  })
  socket.on('close', () => {
    if (!isBroken) pipe.push('end')
  })
}
