// The provider of a stage: the sandbox, and before it a door for each worker that writes down every arrival and may
// refuse, let wait or cut it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createSandbox, type Sandbox } from '#runtime/index.ts'
import { Agent, request as send } from 'undici'
import type { History } from '../history.ts'
import { type Company, TEMPLATE } from './company.ts'
import { sleep } from './time.ts'

/** A request to send, as the door sees it. */
export interface Knock {
  /** Name of the worker whose door it is. */
  from: string
  effectId: string
  tenantId: string | null
  phone: string
}

/** What the door does instead of letting a request in: answer, or cut the connection before or after it was taken. */
export type Refusal = { status: number; retryAfter?: number } | 'reset before' | 'reset after'

export interface Door {
  port: number
}

export interface Provider {
  url: string
  openDoor(name: string): Promise<Door>
  /** Asked for each request before it is let in; null lets it in. */
  guard: (knock: Knock) => Promise<Refusal | null> | Refusal | null
  /** Told after the provider has taken it and before the sender hears of that. */
  onTaken: (knock: Knock) => Promise<void> | void
  register(company: Company, webhookUrl: string): void
  /** Lays out answers of the sandbox, as its `POST /script` takes them. */
  script(answers: object[], match?: object): Promise<void>
  close(): Promise<void>
}

export interface ProviderOptions {
  folder: string
  history: History
  companies: () => readonly Company[]
}

/** Soon enough for a run of seconds, late enough that they come one after the other. */
const STATUS_DELAYS = { sent: 20, delivered: 60, read: 120 }
const CONNECTIONS = 64

export async function createProvider(options: ProviderOptions): Promise<Provider> {
  const storeDir = join(options.folder, 'sandbox')
  const sandbox = await createSandbox({
    port: 0,
    host: '127.0.0.1',
    storeDir,
    statusDelays: STATUS_DELAYS,
  })
  const agent = new Agent({ connections: CONNECTIONS })
  const servers: Server[] = []
  const provider: Provider = {
    url: sandbox.url,
    guard: () => null,
    onTaken: () => {},
    openDoor: async (name) => {
      const server = createServer((incoming, answer) => {
        void pass(incoming, answer, { name, provider, agent, options }).catch(() => {
          incoming.socket.resetAndDestroy()
        })
      })
      servers.push(server)
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return { port: (server.address() as AddressInfo).port }
    },
    register: ({ phoneNumberId, accessToken, appSecret }, webhookUrl) =>
      register(sandbox, { phoneNumberId, accessToken, appSecret, webhookUrl }),
    script: async (answers, match) => {
      const body = JSON.stringify({ provider: 'whatsapp', answers, ...(match ? { match } : {}) })
      const headers = { 'content-type': 'application/json' }
      const { statusCode, body: answer } = await send(`${sandbox.url}/script`, {
        method: 'POST',
        headers,
        body,
      })
      const text = await answer.text()
      if (statusCode !== 200) throw new Error(`the sandbox refuses a script: ${text}`)
    },
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      await agent.destroy()
      await sandbox.close()
    },
  }
  return provider
}

function register(sandbox: Sandbox, number: Parameters<Sandbox['register']>[0]): void {
  sandbox.register({ ...number, templates: [TEMPLATE] })
}

interface Passage {
  name: string
  provider: Provider
  agent: Agent
  options: ProviderOptions
}

async function pass(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { name, provider, agent, options }: Passage,
): Promise<void> {
  const body = await buffer(incoming)
  // The provider may take its time to answer; when it got the request is what counts.
  const cameAt = performance.now()
  const credential = incoming.headers.authorization ?? ''
  const sent = readSent(body)
  const tenant = options.companies().find((one) => credential === `Bearer ${one.accessToken}`)
  const knock: Knock = {
    from: name,
    effectId: sent.effectId,
    tenantId: tenant?.id ?? null,
    phone: sent.phone,
  }
  const record = (status: number, isAccepted: boolean): void =>
    options.history.add({ type: 'arrival', ...knock, text: sent.text, status, isAccepted }, cameAt)
  const refusal = await provider.guard(knock)
  if (refusal === 'reset before') {
    record(0, false)
    incoming.socket.resetAndDestroy()
    return
  }
  if (refusal !== null && refusal !== 'reset after') {
    record(refusal.status, false)
    refuse(answer, refusal)
    return
  }
  const reply = await send(`${provider.url}${incoming.url ?? '/'}`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', authorization: credential },
    body,
  })
  const text = await reply.body.text()
  record(reply.statusCode, reply.statusCode === 200)
  await provider.onTaken(knock)
  if (refusal === 'reset after') {
    incoming.socket.resetAndDestroy()
    return
  }
  answer.writeHead(reply.statusCode, { 'content-type': 'application/json' }).end(text)
}

function refuse(answer: ServerResponse, { status, retryAfter }: Exclude<Refusal, string>): void {
  const code = status === 429 ? 130429 : 131000
  const error = { message: 'As the fault wants it', type: 'OAuthException', code }
  const headers = {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  }
  answer.writeHead(status, headers).end(JSON.stringify({ error }))
}

/** Hangs until the sender gives up or the fault is over. */
export async function hang(isOver: () => boolean): Promise<'reset before'> {
  while (!isOver()) await sleep(100)
  return 'reset before'
}

function readSent(body: Buffer): { effectId: string; phone: string; text: string } {
  const sent = JSON.parse(body.toString()) as {
    to?: string
    biz_opaque_callback_data?: string
    text?: { body?: string }
    template?: { components?: { parameters?: { text?: string }[] }[] }
  }
  const parameters = sent.template?.components?.flatMap((part) => part.parameters ?? []) ?? []
  return {
    effectId: sent.biz_opaque_callback_data ?? '',
    phone: `+${(sent.to ?? '').replace(/\D/g, '')}`,
    text: sent.text?.body ?? `Oi, ${parameters[0]?.text ?? ''}!`,
  }
}
