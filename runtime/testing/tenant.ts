// A tenant for tests: a person, a WhatsApp channel, a source of leads, templates, and workflows published on demand.

import type { Pool } from 'pg'
import { compile } from '#machines/compile/compile.ts'
import { hashPassword } from '../commands/passwords.ts'
import { createSecretBox } from '../db/secret-box.ts'
import type { Actor } from '../face.ts'
import { createId } from '../ids.ts'

export const MASTER_KEY = Buffer.alloc(32, 7)
export const PASSWORD = 'correct horse battery staple'
export const WHATSAPP_SECRETS = {
  accessToken: 'EAAtest',
  appSecret: 'app-secret',
  verifyToken: 'verify-me',
}

export interface TestTenant {
  id: string
  channelId: string
  phoneNumberId: string
  sourceId: string
  sourceSecret: string
  email: string
  /** Its owner. */
  actor: Actor
}

/** Makes a tenant of its own, so that the tests of a file share a database and not their rows. */
export async function createTenant(pool: Pool): Promise<TestTenant> {
  const id = createId('tenant')
  const digits = String(Math.floor(Math.random() * 1e15))
  const tenant: TestTenant = {
    id,
    channelId: createId('channel'),
    phoneNumberId: digits,
    sourceId: createId('source'),
    sourceSecret: `secret of ${id}`,
    email: `owner-${digits}@example.com`,
    actor: { tenantId: id, userId: createId('user'), role: 'owner' },
  }
  await insert(pool, 'tenants', { id, name: 'Loja Teste' })
  const box = createSecretBox(MASTER_KEY)
  const secret = async (content: Record<string, string>): Promise<string> => {
    const row = { tenant_id: id, id: createId('secret'), key_id: box.keyId }
    await insert(pool, 'secrets', { ...row, ciphertext: box.seal(id, content) })
    return row.id
  }
  await insert(pool, 'users', {
    tenant_id: id,
    id: tenant.actor.userId,
    email: tenant.email,
    name: 'Bia',
    role: 'owner',
    password_hash: await hashPassword(PASSWORD),
  })
  await insert(pool, 'channels', {
    tenant_id: id,
    id: tenant.channelId,
    kind: 'whatsapp',
    provider: 'whatsapp_cloud',
    address: tenant.phoneNumberId,
    display_address: '+55 11 90000-0000',
    secret_id: await secret(WHATSAPP_SECRETS),
  })
  await insert(pool, 'lead_sources', {
    tenant_id: id,
    id: tenant.sourceId,
    type: 'leads',
    name: 'Formulário',
    secret_id: await secret({ current: tenant.sourceSecret }),
  })
  await insert(pool, 'templates', {
    tenant_id: id,
    id: createId('template'),
    kind: 'whatsapp',
    name: 'boas_vindas',
    language: 'pt_BR',
    body: 'Oi, {{nome}}!',
    variables_json: '["nome"]',
    approved_status: 'APPROVED',
  })
  return tenant
}

/** Publishes a document as version 1. @returns its version id */
export async function publish(pool: Pool, tenant: TestTenant, document: unknown): Promise<string> {
  const { workflow, diagnostics } = compile(document)
  if (!workflow) throw new Error(`the document has errors: ${JSON.stringify(diagnostics)}`)
  const versionId = createId('version')
  const definition = JSON.stringify(document)
  const key = { tenant_id: tenant.id, id: workflow.document.id }
  await insert(pool, 'workflows', {
    ...key,
    name: workflow.document.name,
    definition_json: definition,
    draft_hash: workflow.hash,
    status: 'published',
  })
  await insert(pool, 'workflow_versions', {
    tenant_id: tenant.id,
    id: versionId,
    workflow_id: key.id,
    number: 1,
    content_hash: workflow.hash,
    definition_json: definition,
  })
  await pool.query(
    'update workflows set published_version_id = $3 where tenant_id = $1 and id = $2',
    [key.tenant_id, key.id, versionId],
  )
  return versionId
}

async function insert(pool: Pool, table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row)
  const places = columns.map((_, index) => `$${index + 1}`)
  const values = Object.values(row)
  await pool.query(`insert into ${table} (${columns.join()}) values (${places.join()})`, values)
}
