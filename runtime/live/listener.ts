// One connection that hears NOTIFY, tells over it, and comes back by itself when it breaks.

import { Client } from 'pg'
import { asUnavailable, cut } from '../db/pool.ts'
import type { Logger } from '../log.ts'
import { withLimit } from '../with-limit.ts'
import { type Handlers, type Notice, sendNotices } from './notices.ts'

export interface Listener {
  /** Tells the other processes; this one does not hear it. Rejects while there is no connection. */
  send(notices: readonly Notice[]): Promise<void>
  stop(): Promise<void>
}

export interface ListenerOptions {
  logger: Logger
  /** Called after each reconnection: notices may have been missed. */
  onGap: () => void
  /** Called when the server does not answer any more, although nothing tells that the connection is broken. */
  onSilent?: () => void
}

const RECONNECT_MS = 500
/** A connection that leads nowhere any more is silent; only asking tells. */
const ASK_MS = 500
const ANSWER_MS = 2_000
/** After a process was frozen its timers are due before what came meanwhile is read. */
const GRACE_MS = 100

/**
 * Listens on the channels that `handlers` names.
 * @throws {FluxoError} DATABASE_UNAVAILABLE
 */
export async function createListener(
  url: string,
  handlers: Handlers,
  { logger, onGap, onSilent = () => {} }: ListenerOptions,
): Promise<Listener> {
  let client: Client | null = null
  let retry: NodeJS.Timeout | null = null
  let isStopped = false

  async function connect(): Promise<void> {
    const next = await openClient(url, handlers, logger)
    next.once('end', () => {
      if (client !== next) return
      client = null
      scheduleReconnect()
    })
    if (isStopped) await next.end()
    else client = next
  }

  function scheduleReconnect(): void {
    if (isStopped) return
    retry ??= setTimeout(() => {
      retry = null
      connect().then(onGap, scheduleReconnect)
    }, RECONNECT_MS)
  }

  let asked: Client | null = null
  async function ask(): Promise<void> {
    if (!client || asked === client) return
    asked = client
    const isAnswered = await answers(client)
    if (asked === client && !isAnswered) {
      onSilent()
      cut(client)
    }
    asked = null
  }
  const asking = setInterval(() => void ask(), ASK_MS)
  asking.unref()

  await connect().catch((error: unknown) => {
    clearInterval(asking)
    throw asUnavailable(error)
  })
  return {
    send: async (notices) => {
      if (!client) throw new Error('the listener has no connection')
      await sendNotices(client, notices)
    },
    stop: async () => {
      isStopped = true
      clearInterval(asking)
      if (retry) clearTimeout(retry)
      await client?.end().catch(() => {})
    },
  }
}

/** @returns false when nothing comes back in time; a connection that breaks tells so itself */
async function answers(client: Client): Promise<boolean> {
  const answer = client.query('select 1').catch(() => null)
  if (await withLimit(answer, ANSWER_MS)) return true
  return withLimit(answer, GRACE_MS)
}

async function openClient(url: string, handlers: Handlers, logger: Logger): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'fluxolab-listener',
    keepAlive: true,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: 2 * ANSWER_MS,
  })
  client.on('error', (error) => logger.warn({ err: error }, 'listener'))
  client.on('notification', ({ processId, channel, payload = '' }) => {
    // What went out over this connection was heard here when it was told.
    if (processId === (client as { processID?: number }).processID) return
    try {
      handlers[channel]?.(payload)
    } catch (error) {
      // A notice is foreign input: what a handler cannot read must not end the process.
      logger.warn({ err: error, channel }, 'a notice was not understood')
    }
  })
  try {
    await client.connect()
    for (const channel of Object.keys(handlers)) await client.query(`listen ${channel}`)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}
