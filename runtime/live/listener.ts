// One connection that hears NOTIFY and comes back by itself when it breaks.

import { Client } from 'pg'
import { asUnavailable } from '../db/pool.ts'
import type { Logger } from '../log.ts'

export interface Listener {
  stop(): Promise<void>
}

export type Handlers = Record<string, (payload: string) => void>

const RECONNECT_MS = 500

/**
 * Listens on the channels that `handlers` names.
 * @param onGap called after each reconnection: notices may have been missed
 * @throws {FluxoError} DATABASE_UNAVAILABLE
 */
export async function createListener(
  url: string,
  handlers: Handlers,
  options: { logger: Logger; onGap: () => void },
): Promise<Listener> {
  let client: Client | null = null
  let retry: NodeJS.Timeout | null = null
  let isStopped = false

  async function connect(): Promise<void> {
    const next = new Client({
      connectionString: url,
      application_name: 'fluxolab-listener',
      keepAlive: true,
    })
    next.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''))
    next.on('error', (error) => options.logger.warn({ err: error }, 'listener'))
    next.once('end', () => {
      if (client !== next) return
      client = null
      scheduleReconnect()
    })
    try {
      await next.connect()
      for (const channel of Object.keys(handlers)) await next.query(`listen ${channel}`)
    } catch (error) {
      await next.end().catch(() => {})
      throw error
    }
    if (isStopped) await next.end()
    else client = next
  }

  /** A notice is foreign input: what a handler cannot read must not end the process. */
  function tell(channel: string, payload: string): void {
    try {
      handlers[channel]?.(payload)
    } catch (error) {
      options.logger.warn({ err: error, channel }, 'a notice was not understood')
    }
  }

  function scheduleReconnect(): void {
    if (isStopped) return
    retry ??= setTimeout(() => {
      retry = null
      connect().then(options.onGap, scheduleReconnect)
    }, RECONNECT_MS)
  }

  try {
    await connect()
  } catch (error) {
    throw asUnavailable(error)
  }
  return {
    stop: async () => {
      isStopped = true
      if (retry) clearTimeout(retry)
      await client?.end().catch(() => {})
    },
  }
}
