// A company with a number, a signed source of leads, and two published workflows: one that answers every message by
// itself, and one that leads a contact from the lead over the purchase to a last word some time later.

import { randomInt } from 'node:crypto'
import type { Client } from 'pg'
import { createSecretBox } from '#runtime/db/secret-box.ts'
import { publish } from '#runtime/testing/tenant.ts'

export interface Company {
  id: string
  phoneNumberId: string
  accessToken: string
  appSecret: string
  sourceId: string
  sourceSecret: string
  /** What becomes of sends of which nobody knows whether they were taken. */
  policy: 'hold' | 'retry'
}

/** How long the sale waits before its last word. */
export const PAUSE_SECONDS = 2

export const TEMPLATE = { name: 'boas_vindas', language: 'pt_BR', body: 'Oi, {{1}}!' }

const SALE = {
  id: 'wf_sale',
  name: 'Sale',
  trigger: { type: 'lead.captured' },
  nodes: [
    {
      id: 'welcome',
      type: 'whatsapp.send_template',
      purpose: 'service',
      template: TEMPLATE.name,
      vars: { nome: '{{name}}' },
    },
    { id: 'purchase', type: 'wait.for.event', event: 'purchase.approved' },
    { id: 'thanks', type: 'whatsapp.send_text', purpose: 'service', text: 'Obrigado, {{name}}!' },
    { id: 'pause', type: 'delay', duration: `PT${PAUSE_SECONDS}S` },
    { id: 'last', type: 'whatsapp.send_text', purpose: 'service', text: 'Chegou bem, {{name}}?' },
    { id: 'end', type: 'end' },
  ],
}

const ECHO = {
  id: 'wf_echo',
  name: 'Echo',
  trigger: { type: 'message.received.whatsapp', reentry: 'always' },
  nodes: [
    {
      id: 'echo',
      type: 'whatsapp.send_text',
      purpose: 'service',
      text: 'Recebido: {{payload.text}}',
    },
    { id: 'end', type: 'end' },
  ],
}

/** Makes the company `name`, with letters and digits only. */
export async function makeCompany(
  db: Client,
  masterKey: Buffer,
  { name, policy }: { name: string; policy: Company['policy'] },
): Promise<Company> {
  const company: Company = {
    id: `tnt_${name}`,
    phoneNumberId: String(randomInt(1e14, 2.8e14)),
    accessToken: `token-of-${name}`,
    appSecret: `app-secret-of-${name}`,
    sourceId: `src_${name}`,
    sourceSecret: `source-secret-of-${name}`,
    policy,
  }
  await insertCompany(db, company, createSecretBox(masterKey))
  for (const document of [SALE, ECHO]) {
    await publish(db as never, { id: company.id } as never, document)
  }
  return company
}

async function insertCompany(
  db: Client,
  company: Company,
  box: ReturnType<typeof createSecretBox>,
): Promise<void> {
  const { id, accessToken, appSecret, sourceSecret } = company
  await insert(db, 'tenants', { id, name: id, uncertain_policy: company.policy })
  const secrets = {
    sec_channel: { accessToken, appSecret, verifyToken: 'verify' },
    sec_source: { current: sourceSecret },
  }
  for (const [secretId, content] of Object.entries(secrets)) {
    const ciphertext = box.seal(id, content)
    await insert(db, 'secrets', { tenant_id: id, id: secretId, key_id: box.keyId, ciphertext })
  }
  await insert(db, 'channels', {
    tenant_id: id,
    id: 'chn_whatsapp',
    kind: 'whatsapp',
    provider: 'whatsapp_cloud',
    address: company.phoneNumberId,
    display_address: '+55 11 90000-0000',
    secret_id: 'sec_channel',
  })
  await insert(db, 'lead_sources', {
    tenant_id: id,
    id: company.sourceId,
    type: 'leads',
    name: 'Faults',
    unknown_contact: 'upsert',
    secret_id: 'sec_source',
  })
  await insert(db, 'templates', {
    tenant_id: id,
    id: 'tpl_welcome',
    kind: 'whatsapp',
    name: TEMPLATE.name,
    language: TEMPLATE.language,
    body: 'Oi, {{nome}}!',
    variables_json: '["nome"]',
    approved_status: 'APPROVED',
  })
}

async function insert(db: Client, table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row)
  const places = columns.map((_, index) => `$${index + 1}`)
  await db.query(
    `insert into ${table} (${columns.join()}) values (${places.join()})`,
    Object.values(row),
  )
}
