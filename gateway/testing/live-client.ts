// A client of the live socket that keeps what it hears, so that tests wait for messages and never for time.

import { once } from 'node:events'
import { WebSocket } from 'undici'
import { type ServerMessage, ServerMessageSchema } from '#machines/contracts/live.ts'
import { bearer, type Gateway, tokenOf } from './gateway.ts'

export interface LiveClient {
  socket: WebSocket
  heard: ServerMessage[]
  say(message: unknown): void
  /** The first message, heard or still to come, that is of the type and fits. */
  hear<Type extends ServerMessage['type']>(
    type: Type,
    fits?: (message: Extract<ServerMessage, { type: Type }>) => boolean,
  ): Promise<Extract<ServerMessage, { type: Type }>>
  /** Resolves with the close code. */
  closed: Promise<number>
}

export async function takeTicket({ app }: Gateway, token = tokenOf('owner')): Promise<string> {
  const reply = await app.inject({
    method: 'POST',
    url: '/api/live/ticket',
    headers: bearer(token),
  })
  return reply.json<{ ticket: string }>().ticket
}

export interface ConnectOptions {
  address: string
  ticket: string
  origin?: string
}

/** Rejects when the socket is refused. */
export async function connect({ address, ticket, origin }: ConnectOptions): Promise<LiveClient> {
  const socket = new WebSocket(`ws://${address}/live?ticket=${ticket}`, {
    headers: origin === undefined ? {} : { origin },
  })
  const heard: ServerMessage[] = []
  const news = new EventTarget()
  socket.addEventListener('message', ({ data }) => {
    heard.push(ServerMessageSchema.parse(JSON.parse(String(data))))
    news.dispatchEvent(new Event('heard'))
  })
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code), { once: true })
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error('refused')), { once: true })
  })
  return {
    socket,
    heard,
    closed,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    hear: async (type, fits = () => true) => {
      type Wanted = Extract<ServerMessage, { type: typeof type }>
      const isWanted = (message: ServerMessage): message is Wanted =>
        message.type === type && fits(message as Wanted)
      for (;;) {
        const found = heard.find(isWanted)
        if (found !== undefined) return found
        await once(news, 'heard')
      }
    },
  }
}
