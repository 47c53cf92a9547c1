// A local stand-in for the providers that speaks their real protocols over a real socket, so that everything runs
// with no account. It survives a kill -9: what it accepted and what it still has to deliver lies in `storeDir`.

import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { PROVIDERS } from './all.ts'
import { createRouteServer, parseBody, type Route } from './http.ts'
import type { SandboxGround, SandboxMessage, SandboxProvider } from './provider.ts'
import { createScript, type Script, ScriptSchema } from './script.ts'
import { openWhatsApp } from './whatsapp/provider.ts'
import { NumberSchema, type SandboxNumberInput } from './whatsapp/record.ts'
import type { StatusDelays } from './whatsapp/webhook-body.ts'

export type { SandboxMessage } from './provider.ts'
export type { SandboxNumberInput } from './whatsapp/record.ts'

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
  /** Where each provider is reached, by its name. */
  providerUrls: Record<string, string>
  /** `host:port` of each of its servers, for those who guard the way out. */
  hosts: string[]
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
  mkdirSync(storeDir, { recursive: true, mode: 0o700 })
  const closing = new AbortController()
  const script = createScript()
  const watched = createListeners()
  const ground: SandboxGround = {
    storeDir,
    script,
    host,
    now,
    closing: closing.signal,
    ...watched,
  }
  const whatsApp = openWhatsApp(ground, statusDelays)
  const others = await Promise.all(PROVIDERS.map(async (open) => open(ground)))
  const providers: SandboxProvider[] = [whatsApp, ...others]
  const server = createRouteServer([
    ...providers.flatMap(({ routes }) => routes),
    scriptRoute(script),
  ])
  server.listen(port, host)
  const close = async (): Promise<void> => {
    closing.abort()
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
    for (const provider of providers) await provider.close?.()
  }
  await once(server, 'listening').catch(async (error: unknown) => {
    await close()
    throw error
  })
  const url = urlOf(server.address() as AddressInfo)
  const providerUrls: Record<string, string> = Object.assign(
    {},
    ...others.map(({ name, urls }) => urls?.(url) ?? { [name]: `${url}/${name}` }),
  )
  return {
    url,
    providerUrls,
    hosts: [...new Set([url, ...Object.values(providerUrls)].map((one) => new URL(one).host))],
    register: (number) => whatsApp.register(parseBody(NumberSchema, number)),
    onMessage: watched.listen,
    close,
  }
}

function createListeners(): Pick<SandboxGround, 'announce' | 'listen'> {
  const listeners = new Set<(message: SandboxMessage) => void>()
  return {
    announce: (message) => {
      for (const listener of listeners) listener(message)
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** `POST /script`: faults on demand, for whichever provider it names. */
function scriptRoute(script: Script): Route {
  return {
    method: 'POST',
    path: /^\/script$/,
    handle: ({ body }) => ({
      status: 200,
      body: { waiting: script.set(parseBody(ScriptSchema, body)) },
    }),
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
