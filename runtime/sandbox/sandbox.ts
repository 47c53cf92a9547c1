// A local stand-in for the providers that speaks their real protocols over a real socket, so that everything runs
// with no account. It survives a kill -9: what it accepted and what it still has to deliver lies in `storeDir`.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { SandboxContext, SandboxMessage } from './context.ts'
import { createDelivery } from './delivery.ts'
import { createRouteServer, parseBody } from './http.ts'
import { NumberSchema, type SandboxNumberInput } from './record.ts'
import { createScript } from './script.ts'
import { openStore } from './store.ts'
import { controlRoutes } from './whatsapp/control-routes.ts'
import { sendRoute } from './whatsapp/send-route.ts'
import type { StatusDelays } from './whatsapp/webhook-body.ts'

export type { SandboxMessage } from './context.ts'
export type { SandboxNumberInput } from './record.ts'

export interface SandboxOptions {
  /** 0 takes a free one. */
  port: number
  host: string
  /** Folder of its own; made if it is not there. */
  storeDir: string
  /** Milliseconds since 1970; default the clock. */
  now?: () => number
  /** When sent, delivered and read are reported, in milliseconds after the send. */
  statusDelays?: StatusDelays
}

export interface Sandbox {
  /** `http://127.0.0.1:4100`: the base of the Graph API and of the contract for scripts. */
  url: string
  /** Registers a WhatsApp number, or changes it; as `POST /configure`. */
  register(number: SandboxNumberInput): void
  /** Calls back for each message accepted or written; returns how to stop. */
  onMessage(listener: (message: SandboxMessage) => void): () => void
  close(): Promise<void>
}

const STATUS_DELAYS: StatusDelays = { sent: 40, delivered: 150, read: 600 }

/**
 * Starts the sandbox. Deliveries that an earlier one did not finish go on at once.
 * @throws {Error} with Node's code, e.g. EADDRINUSE.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port, host, storeDir, now = Date.now, statusDelays = STATUS_DELAYS } = options
  const store = openStore(storeDir)
  const closing = new AbortController()
  const listeners = new Set<(message: SandboxMessage) => void>()
  const listen: SandboxContext['listen'] = (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const announce: SandboxContext['announce'] = (message) => {
    for (const listener of listeners) listener(message)
  }
  const delivery = createDelivery(store, now)
  const script = createScript()
  const signal = closing.signal
  const context = { store, script, delivery, statusDelays, now, closing: signal, announce, listen }
  const server = createRouteServer([sendRoute(context), ...controlRoutes(context)])
  server.listen(port, host)
  const close = async (): Promise<void> => {
    closing.abort()
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
    await delivery.close()
    store.close()
  }
  await once(server, 'listening').catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    url: urlOf(server.address() as AddressInfo),
    register: (number) => {
      store.append([{ type: 'number', number: parseBody(NumberSchema, number) }])
    },
    onMessage: listen,
    close,
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
