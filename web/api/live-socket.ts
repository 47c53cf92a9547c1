// One connection's life, from ticket to close: reports what happens, sends what it is told, keeps the heartbeat.

import { fromCallback } from 'xstate'
import { ServerMessageSchema } from '#machines/contracts/live.ts'
import type { ClientMessage, ServerMessage } from '#machines/contracts/live.ts'
import { isApiError } from './errors.ts'

export type SocketReport =
  | { type: 'socket.opened' }
  | { type: 'socket.said'; message: ServerMessage }
  | { type: 'socket.closed' }
  | { type: 'socket.refused' }

export type SocketCommand = { type: 'send'; message: ClientMessage }

export interface SocketDeps {
  /** A fresh ticket for one connection. */
  takeTicket: () => Promise<string>
  openSocket: (ticket: string) => WebSocket
  /** Milliseconds between pings; an interval without a word, also while connecting, ends the connection. */
  heartbeat: number
}

export function createSocketLogic(deps: SocketDeps) {
  return fromCallback<SocketCommand>(({ sendBack, receive }) => {
    let socket: WebSocket | null = null
    let stopped = false
    const report = (event: SocketReport): void => {
      if (!stopped) sendBack(event)
    }

    let heard = true
    let pings = 0
    const send = (message: ClientMessage): void => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    }
    const beat = setInterval(() => {
      if (!heard) report({ type: 'socket.closed' })
      heard = false
      send({ ping: ++pings })
    }, deps.heartbeat)

    const attach = (opened: WebSocket): void => {
      socket = opened
      opened.addEventListener('open', () => report({ type: 'socket.opened' }))
      opened.addEventListener('close', () => report({ type: 'socket.closed' }))
      opened.addEventListener('message', ({ data }) => {
        heard = true
        const message = readMessage(data)
        if (message !== null) report({ type: 'socket.said', message })
      })
    }

    deps.takeTicket().then(
      (ticket) => {
        if (!stopped) attach(deps.openSocket(ticket))
      },
      (error: unknown) => {
        report({ type: isApiError(error, 401) ? 'socket.refused' : 'socket.closed' })
      },
    )

    receive((command) => send(command.message))

    return () => {
      stopped = true
      clearInterval(beat)
      socket?.close()
    }
  })
}

/** Null for anything the contract does not know: a newer gateway may say more than this page understands. */
function readMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null
  try {
    const parsed = ServerMessageSchema.safeParse(JSON.parse(data))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
