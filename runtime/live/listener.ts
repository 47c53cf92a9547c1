// One connection that hears NOTIFY and comes back by itself when it breaks.

import { Client } from 'pg'
import type { Logger } from '../log.ts'

export interface Listener {
  stop(): Promise<void>
}

export type Handlers = Record<string, (payload: string) => void>

const RECONNECT_MS = 500

/**
 * Listens on the channels that `handlers` names.
 * @param onGap called after each reconnection: notices may have been missed
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
    const next = new Client({ connectionString: url, application_name: 'fluxolab-listener', keepAlive: true })
    next.on('notification', ({ channel, payload }) => handlers[channel]?.(payload ?? ''))
    next.on('error', (error) => options.logger.warn({ err: error }, 'listener'))
    next.once('end', () => {
      if (client === next) client = null
      if (!isStopped) scheduleReconnect()
    })
    await next.connect()
    for (const channel of Object.keys(handlers)) await next.query(`listen ${channel}`)
    client = next
  }

  function scheduleReconnect(): void {
    retry ??= setTimeout(() => {
      retry = null
      connect().then(options.onGap, () => scheduleReconnect())
    }, RECONNECT_MS)
  }

  await connect()
  return {
    stop: async () => {
      isStopped = true
      if (retry) clearTimeout(retry)
      await client?.end()
    },
  }
}
