// The WebSocket /live: admits clients, keeps their lines alive, and sends them away when their session ends or
// the process stops.

import { randomUUID } from 'node:crypto'
import fastifyWebsocket from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { ServerMessage } from '#machines/contracts/live.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Actor, App } from '../context.ts'
import type { Deps } from '../deps.ts'
import { mayCall } from '../policy.ts'
import { admit, type Admitted, createTicketTaker } from './admission.ts'
import { type ClientSocket, Connection } from './connection.ts'
import { CLOSE, LIVE_TIMING, type LiveTiming, MAX_FRAME_BYTES } from './timing.ts'

/** The part of the `ws` library's socket that is used here. */
interface Line extends ClientSocket {
  ping(): void
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void
  on(event: 'pong' | 'close', listener: () => void): void
}

export async function addLiveSocket(app: App, deps: Deps): Promise<void> {
  const timing = { ...LIVE_TIMING, ...deps.config.live }
  const serialize = createSerializer()
  const open = new Set<Connection>()
  const restart = (): void => {
    for (const connection of open) connection.close(CLOSE.restart, 'restart')
  }
  deps.stopping.addEventListener('abort', restart, { once: true })

  await app.register(fastifyWebsocket, {
    options: { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false },
    // The library has already answered a malformed frame with its close code.
    errorHandler: (error, _socket, request) =>
      request.log.debug({ err: error }, 'live socket failed'),
    preClose: (done) => {
      restart()
      app.websocketServer.close()
      done()
    },
  })

  const takeTicket = createTicketTaker(deps.tokens)
  const admitted = new WeakMap<FastifyRequest, Admitted>()
  app.get(
    '/live',
    {
      websocket: true,
      preValidation: async (request) => {
        if (!request.ws) throw new FluxoError('RESOURCE_NOT_FOUND')
        if (deps.stopping.aborted)
          throw new FluxoError('DATABASE_UNAVAILABLE', { message: 'Stopping' })
        admitted.set(request, await admit(request, deps, takeTicket))
      },
    },
    (line: Line, request: FastifyRequest) => {
      const client = admitted.get(request)
      if (client === undefined) return line.terminate()
      const connection = new Connection({
        socket: line,
        actor: client.actor,
        connectionId: randomUUID(),
        name: client.name,
        mayEdit: mayCall(client.actor.role, 'POST', '/api/workflows'),
        live: deps.runtime.live,
        timing,
        serialize,
        now: deps.now,
        onFailure: (error) => request.log.error({ err: error }, 'live topic failed'),
      })
      open.add(connection)
      deps.metrics.sockets.inc()
      const stopWatching = watch({ line, connection, client, deps, timing })
      line.on('message', (data, isBinary) => connection.receive(data, isBinary))
      line.on('close', () => {
        stopWatching()
        open.delete(connection)
        deps.metrics.sockets.dec()
        connection.closed()
      })
    },
  )
}

interface Watched {
  line: Line
  connection: Connection
  client: Admitted
  deps: Deps
  timing: LiveTiming
}

/** Heartbeat, and whether the person behind the socket still is who they were when it opened. */
function watch({ line, connection, client, deps, timing }: Watched): () => void {
  let alive = true
  line.on('pong', () => {
    alive = true
  })
  const beat = setInterval(() => {
    if (!alive) return line.terminate()
    alive = false
    line.ping()
    void isStill(client.actor, deps).then((still) => {
      if (!still) connection.close(CLOSE.policy, 'session changed')
    })
  }, timing.heartbeatMs)
  const expiry = setTimeout(
    () => connection.close(CLOSE.policy, 'session ended'),
    Math.max(0, client.until - deps.now()),
  )
  return () => {
    clearInterval(beat)
    clearTimeout(expiry)
  }
}

/** While the users cannot be read, nothing is known against anybody. */
async function isStill({ tenantId, userId, role }: Actor, { people }: Deps): Promise<boolean> {
  try {
    const known = await people.find({ tenant: tenantId, user: userId })
    return known?.actor.role === role
  } catch {
    return true
  }
}

/** The runtime gives one message to every follower of a topic: it is turned into text once. */
function createSerializer(): (message: ServerMessage) => string {
  const texts = new WeakMap<ServerMessage, string>()
  return (message) => {
    const text = texts.get(message) ?? JSON.stringify(message)
    texts.set(message, text)
    return text
  }
}
