// Restate: its server and a service with one virtual object per contact, each a process of its own.

import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPeer, startProgram } from '../lib/children.ts'
import { freePorts } from '../lib/free-ports.ts'
import type { Ground } from '../lib/ground.ts'
import { openLoad, postOf } from '../lib/http-load.ts'
import { eventsIn, type Size, type Written } from '../work/mailbox.ts'
import type { Contender } from './contender.ts'

const CONNECTIONS = 128
/** Until the calls are due: time to send them, and for what comes between filling and draining. */
const REST_MS = 1_500
const REST_MS_PER_EVENT = 1.2
const LOOK_MS = 5

export interface RestateServer {
  ingressPort: number
  query<Row>(sql: string): Promise<Row[]>
  /** Events that the service has handled so far; they may not be completed yet. */
  handled(): Promise<number>
  stop(): Promise<void>
}

/** Starts server and service on a folder of their own and makes them known to each other. */
export async function startRestate(folder: string): Promise<RestateServer> {
  const [ingressPort = 0, adminPort = 0, nodePort = 0] = await freePorts(3)
  const base = join(folder, `restate-${ingressPort}`)
  mkdirSync(base, { mode: 0o700 })
  const admin = `http://127.0.0.1:${adminPort}`
  const server = await startProgram(
    [programOf()],
    {
      RESTATE_BASE_DIR: base,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingressPort}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${adminPort}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${nodePort}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'warn',
    },
    async () =>
      (await fetch(`${admin}/health`)).ok &&
      (await fetch(`http://127.0.0.1:${ingressPort}/restate/health`)).ok,
  )
  const service = startPeer('peers/restate-service.mjs')
  const { port } = await service.ask<{ port: number }>()
  await post(`${admin}/deployments`, { uri: `http://127.0.0.1:${port}` })
  return {
    ingressPort,
    query: async <Row>(query: string) => {
      const reply = await post(`${admin}/query`, { query })
      return ((await reply.json()) as { rows: Row[] }).rows
    },
    handled: async () => (await service.ask<{ handled: number }>({})).handled,
    stop: async () => {
      await service.stop()
      await server.stop()
    },
  }
}

/** Calls that are due at the same time wait for it in the server, like envelopes in a mailbox. */
export async function createRestate(ground: Pick<Ground, 'folder'>): Promise<Contender> {
  const server = await startRestate(ground.folder)
  const host = '127.0.0.1'
  const load = await openLoad({ host, port: server.ingressPort, connections: CONNECTIONS })
  let round = 0
  let handledBefore = 0
  let dueAt = 0
  let patience = 1
  let size: Size = { contacts: 0, messages: 0 }

  async function fill(given: Size): Promise<void> {
    size = given
    round += 1
    handledBefore = await server.handled()
    const count = eventsIn(size)
    dueAt = performance.now() + patience * (REST_MS + REST_MS_PER_EVENT * count)
    await load.closed(count, (index) => {
      const key = `r${round}-${index % size.contacts}`
      const delay = Math.max(1, Math.round(dueAt - performance.now()))
      const body = JSON.stringify({ text: `Resposta ${Math.floor(index / size.contacts) + 1}` })
      return postOf({ host, path: `/contact/${key}/receive/send?delay=${delay}ms` }, body)
    })
  }

  return {
    name: 'restate',
    settings: ['one-way calls that are all due at the same time, one process serves'],
    fill,
    ready: async () => {
      while (performance.now() > dueAt) {
        // Some may have begun: they are let go, and others are sent with more time.
        patience *= 2
        await drainRound(server, round, handledBefore + eventsIn(size))
        await fill(size)
      }
      await sleep(dueAt - performance.now())
    },
    drain: () => drainRound(server, round, handledBefore + eventsIn(size)),
    written: () => countRound(server, round),
    stop: async () => {
      load.close()
      await server.stop()
    },
  }
}

async function drainRound(server: RestateServer, round: number, handled: number): Promise<void> {
  while ((await server.handled()) < handled) await sleep(LOOK_MS)
  const open = `sys_invocation where target_service_key like 'r${round}-%' and status <> 'completed'`
  while ((await countOf(server, open)) > 0) await sleep(LOOK_MS)
}

async function countOf(server: RestateServer, from: string): Promise<number> {
  const [row] = await server.query<{ n: number }>(`select count(*) as n from ${from}`)
  return Number(row?.n)
}

/** The invocation is the journal's entry, the run in it the recorded effect. */
async function countRound(server: RestateServer, round: number): Promise<Written> {
  const count = (from: string): Promise<number> => countOf(server, from)
  return {
    states: await count(`state where service_name = 'contact' and service_key like 'r${round}-%'`),
    journal: await count(
      `sys_invocation where target_service_key like 'r${round}-%' and status = 'completed'`,
    ),
    effects: await count(
      `sys_journal j join sys_invocation i on i.id = j.id where j.entry_type = 'Command: Run' and i.target_service_key like 'r${round}-%'`,
    ),
  }
}

function programOf(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
  return join(manifest, '../bin/restate-server')
}

async function post(url: string, body: object): Promise<Response> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`)
  return reply
}
