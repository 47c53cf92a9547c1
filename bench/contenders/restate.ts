// Restate: its server and a service with one virtual object per contact, each a process of its own.

import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { startPeer, startProgram } from '../lib/children.ts'
import { freePorts } from '../lib/free-ports.ts'
import type { Ground } from '../lib/ground.ts'
import { type HttpLoad, openLoad, postOf } from '../lib/http-load.ts'
import { eventsIn, type Written } from '../work/mailbox.ts'
import type { Contender } from './contender.ts'

/** As many handlers as the ingress may wait for; with fewer or more of them the figures were lower. */
const CONNECTIONS = 128

export interface RestateServer {
  ingressPort: number
  query<Row>(sql: string): Promise<Row[]>
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
  const service = startPeer('restate-service.mjs')
  const { port } = await service.ask<{ port: number }>()
  await post(`${admin}/deployments`, { uri: `http://127.0.0.1:${port}` })
  return {
    ingressPort,
    query: async <Row>(query: string) => {
      const reply = await post(`${admin}/query`, { query })
      return ((await reply.json()) as { rows: Row[] }).rows
    },
    stop: async () => {
      await service.stop()
      await server.stop()
    },
  }
}

export async function createRestate(ground: Pick<Ground, 'folder'>): Promise<Contender> {
  const server = await startRestate(ground.folder)
  const host = '127.0.0.1'
  const load = await openLoad({ host, port: server.ingressPort, connections: CONNECTIONS })
  let round = 0
  return {
    name: 'restate',
    settings: [`${CONNECTIONS} calls under way at a time through the ingress, one process serves`],
    fill: async () => {
      round += 1
    },
    drain: ({ contacts, messages }) => callAll(load, { contacts, messages, round }),
    written: () => countRound(server, round),
    stop: async () => {
      load.close()
      await server.stop()
    },
  }

  async function callAll(
    ingress: HttpLoad,
    size: { contacts: number; messages: number; round: number },
  ): Promise<void> {
    await ingress.closed(eventsIn(size), (index) => {
      const key = `r${size.round}-${index % size.contacts}`
      const body = JSON.stringify({ text: `Resposta ${Math.floor(index / size.contacts) + 1}` })
      return postOf({ host, path: `/contact/${key}/receive` }, body)
    })
  }
}

/** The invocation is the journal's entry, the run in it the recorded effect. */
async function countRound(server: RestateServer, round: number): Promise<Written> {
  const count = async (from: string): Promise<number> => {
    const [row] = await server.query<{ n: number }>(`select count(*) as n from ${from}`)
    return Number(row?.n)
  }
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
