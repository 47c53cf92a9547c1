// The sandbox of this process as people work with it: its control routes, passed on. It knows no tenants, so it is shown
// only where there is one (I9).

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Connector } from '../connectors/connector.ts'
import { run } from '../db/pool.ts'
import type { Egress } from '../egress/egress.ts'
import type { Actor } from '../face.ts'
import type { SandboxAnswer, SandboxFace, SandboxQuestion } from '../face/sandbox.ts'

export interface SandboxDeskOptions {
  pool: Pool
  egress: Egress
  /** Null where there is none. */
  sandboxUrl: string | null
  /** Stand-ins by name, those of parts of a connector too. */
  sandboxProviders: readonly string[]
  connectors: readonly Pick<Connector, 'name'>[]
}

const LIMIT_MS = 20_000
const MAX_ANSWER_BYTES = 16 * 1024 * 1024
/** What a provider's stand-in keeps for people, and the script of failures; not the providers' own protocols. */
const CONTROL = /^\/(?:script|[a-z][a-z0-9_]{1,29}\/(?:messages|arrivals|inbound|events))$/

/** Creates the desk. */
export function createSandboxDesk(options: SandboxDeskOptions): SandboxFace {
  const { egress, sandboxUrl, sandboxProviders, connectors } = options
  const providers = connectors
    .map(({ name }) => name)
    .filter((name) => sandboxProviders.includes(name))
  return {
    status: async (actor) => {
      const isOn = await isFor(options, actor)
      return { isOn, providers: isOn ? providers : [] }
    },
    ask: async (actor, question) => {
      if (sandboxUrl === null || !CONTROL.test(question.path) || !(await isFor(options, actor)))
        throw new FluxoError('RESOURCE_NOT_FOUND')
      return pass(egress, sandboxUrl, question)
    },
  }
}

async function isFor({ pool, sandboxUrl }: SandboxDeskOptions, actor: Actor): Promise<boolean> {
  if (sandboxUrl === null) return false
  const tenants = await run<{ id: string }>(pool, TWO_TENANTS)
  return tenants.length === 1 && tenants[0]?.id === actor.tenantId
}

async function pass(
  egress: Egress,
  sandboxUrl: string,
  { method, path, search, body }: SandboxQuestion,
): Promise<SandboxAnswer> {
  const json = body === null || body === undefined ? null : JSON.stringify(body)
  const answer = await egress.request({
    url: `${sandboxUrl}${path}${search}`,
    method,
    ...(json !== null && { body: json, headers: { 'content-type': 'application/json' } }),
    timeoutMs: LIMIT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  })
  const contentType = String(answer.headers['content-type'] ?? 'application/octet-stream')
  return { status: answer.status, contentType, body: answer.body }
}

const TWO_TENANTS = { name: 'two_tenants_of_sandbox', text: 'select id from tenants limit 2' }
