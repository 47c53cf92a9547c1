// The tenants of a run and their rows, written before anything begins.

import type { Server } from '../server/types.ts'
import { compile } from '#machines/compile/compile.ts'
import { createSecretBox, type SecretBox } from '../../db/secret-box.ts'
import { createId } from '../../ids.ts'
import { createAttempt, runStatement } from '../sql/statement.ts'
import { beginTransaction, commitTransaction } from '../store/transaction.ts'
import type { SimulatedProcess } from '../world/world.ts'
import { DOCUMENTS } from './documents.ts'

export const MASTER_KEY = Buffer.alloc(32, 7)

export interface SimulatedVersion {
  workflowId: string
  versionId: string
  definition: unknown
}

export interface SimulatedTenant {
  id: string
  channelId: string
  phoneNumberId: string
  accessToken: string
  appSecret: string
  sourceId: string
  sourceSecret: string
  uncertainPolicy: 'hold' | 'retry'
  versions: SimulatedVersion[]
}

/** Runs one statement straight on the tables, past every network. The checker hears of what it changed. */
export function writeDirectly(server: Server, text: string, values: readonly unknown[] = []): void {
  const transaction = beginTransaction(server.database, null)
  const query = server.compile({ name: null, text, values })
  runStatement(query, createAttempt(server.database, values), transaction)
  server.committed(transaction, commitTransaction(transaction), OUTSIDE)
}

/** Whoever is none of the installation's processes. */
const OUTSIDE: SimulatedProcess = {
  name: 'outside',
  isAlive: true,
  frozenUntil: 0,
  skew: 0,
  startedAt: 0,
}

export function createTenants(server: Server): SimulatedTenant[] {
  const box = createSecretBox(MASTER_KEY)
  return (['retry', 'hold'] as const).map((uncertainPolicy, index) => {
    const tenant: SimulatedTenant = {
      id: createId('tenant'),
      channelId: createId('channel'),
      phoneNumberId: `10000000000000${index}`,
      accessToken: `token-${index}`,
      appSecret: `app-secret-${index}`,
      sourceId: createId('source'),
      sourceSecret: `source-secret-${index}`,
      uncertainPolicy,
      versions: [],
    }
    writeTenant(server, tenant, box)
    tenant.versions = DOCUMENTS.map((document) => publish(server, tenant, document))
    return tenant
  })
}

function writeTenant(server: Server, tenant: SimulatedTenant, box: SecretBox): void {
  insert(server, 'tenants', {
    id: tenant.id,
    name: tenant.phoneNumberId,
    uncertain_policy: tenant.uncertainPolicy,
  })
  const secretOf = (content: Record<string, string>): string => {
    const id = createId('secret')
    const ciphertext = box.seal(tenant.id, content)
    insert(server, 'secrets', { tenant_id: tenant.id, id, key_id: box.keyId, ciphertext })
    return id
  }
  insert(server, 'channels', {
    tenant_id: tenant.id,
    id: tenant.channelId,
    kind: 'whatsapp',
    provider: 'whatsapp_cloud',
    address: tenant.phoneNumberId,
    display_address: '+55 11 90000-0000',
    secret_id: secretOf({
      accessToken: tenant.accessToken,
      appSecret: tenant.appSecret,
      verifyToken: 'verify',
    }),
  })
  insert(server, 'lead_sources', {
    tenant_id: tenant.id,
    id: tenant.sourceId,
    type: 'leads',
    name: 'Formulário',
    unknown_contact: 'upsert',
    secret_id: secretOf({ current: tenant.sourceSecret }),
  })
}

function publish(
  server: Server,
  { id: tenantId }: SimulatedTenant,
  document: unknown,
): SimulatedVersion {
  const { workflow, diagnostics } = compile(document)
  if (!workflow) throw new Error(`the document has errors: ${JSON.stringify(diagnostics)}`)
  const { id: workflowId, name } = workflow.document
  const versionId = createId('version')
  const definition = JSON.stringify(document)
  insert(server, 'workflows', {
    tenant_id: tenantId,
    id: workflowId,
    name,
    definition_json: definition,
    draft_hash: workflow.hash,
    status: 'published',
  })
  insert(server, 'workflow_versions', {
    tenant_id: tenantId,
    id: versionId,
    workflow_id: workflowId,
    number: 1,
    content_hash: workflow.hash,
    definition_json: definition,
  })
  const text = 'update workflows set published_version_id = $3 where tenant_id = $1 and id = $2'
  writeDirectly(server, text, [tenantId, workflowId, versionId])
  return { workflowId, versionId, definition: document }
}

function insert(server: Server, table: string, row: Record<string, unknown>): void {
  const columns = Object.keys(row)
  const places = columns.map((_, index) => `$${index + 1}`)
  const text = `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`
  writeDirectly(server, text, Object.values(row))
}
