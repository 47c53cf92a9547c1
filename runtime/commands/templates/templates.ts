// Templates of WhatsApp: written here, laid before Meta, read back. Meta is asked outside of transactions, so that
// nothing waits for it with rows in hand.

import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import { problemsOfTemplate } from '#machines/contracts/whatsapp-template-rules.ts'
import type { TemplateDraft, TemplateItem } from '#machines/contracts/whatsapp-template.ts'
import {
  createTemplateApi,
  type TemplateAccount,
  type TemplateApi,
} from '../../connectors/whatsapp/template-api.ts'
import { toMetaTemplate } from '../../connectors/whatsapp/template-components.ts'
import { statusOf } from '../../connectors/whatsapp/template-status.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Actor } from '../../face.ts'
import type { TemplatesFace } from '../../face/templates.ts'
import { createId } from '../../ids.ts'
import { readFile } from '../../media/read-media.ts'
import { writeAudit } from '../audit.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { accountsOf } from './template-accounts.ts'
import { refusalOf } from './template-refusal.ts'
import { draftOf, findRow, itemOf, keptOf, listRows, type TemplateRow } from './template-rows.ts'
import { syncPage } from './template-sync.ts'

export interface TemplatesOptions {
  pool: Pool
  secretBox: SecretBox
  egress: Egress
  whatsapp: { graphUrl: string; version: string }
}

interface Parts extends TemplatesOptions {
  api: TemplateApi
}

/** Creates the commands of WhatsApp templates. */
export function createTemplates(options: TemplatesOptions): TemplatesFace {
  const { pool, secretBox, egress, whatsapp } = options
  const parts: Parts = { ...options, api: createTemplateApi({ egress, ...whatsapp }) }
  return {
    list: (actor, query) => list(parts, actor, query),
    get: async (actor, id) => itemOf(await getRow(pool, actor, id)),
    create: (actor, draft) => create(pool, actor, draft),
    edit: (actor, id, draft) => edit(pool, actor, { id, draft }),
    submit: (actor, id) => submit(parts, actor, id),
    sync: async (actor, { next }) => {
      const accounts = await accountsOf(pool, secretBox, actor.tenantId)
      if (accounts.length === 0) throw noAccount()
      return syncPage({ pool, api: parts.api, tenantId: actor.tenantId, accounts }, next)
    },
    remove: (actor, id) => remove(parts, actor, id),
  }
}

async function list(
  { pool, secretBox }: Parts,
  { tenantId }: Actor,
  query: Parameters<TemplatesFace['list']>[1],
) {
  const { limit, cursor, status, q } = query
  const filter = { status: status ?? null, words: q?.trim().toLowerCase() || null, limit }
  const after = readCursor(cursor, 2)
  const rows = await inTenantTransaction(pool, tenantId, (db) =>
    listRows(db, { ...filter, tenantId, after }),
  )
  const page = pageOf(rows, limit, { item: itemOf, key: (row) => [row.name, row.language] })
  const canSubmit = (await accountsOf(pool, secretBox, tenantId)).length > 0
  return { ...page, canSubmit }
}

async function getRow(pool: Pool, { tenantId }: Actor, id: string): Promise<TemplateRow> {
  const row = await inTenantTransaction(pool, tenantId, (db) => findRow(db, tenantId, id))
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

async function create(pool: Pool, actor: Actor, draft: TemplateDraft): Promise<TemplateItem> {
  requireSound(draft)
  const { name, language, category, ...content } = draft
  const id = createId('template')
  const { body, variables, meta } = keptOf(content)
  const values = [actor.tenantId, id, name, language, category, body, variables, meta]
  await inTenantTransaction(pool, actor.tenantId, async (db) => {
    const rows = await run(db, CREATE, values)
    if (rows.length === 0) throw taken()
    await audit(db, actor, { id, action: 'template.created', name })
  })
  return itemOf(await getRow(pool, actor, id))
}

async function edit(
  pool: Pool,
  actor: Actor,
  { id, draft }: { id: string; draft: TemplateDraft },
): Promise<TemplateItem> {
  requireSound(draft)
  const before = await getRow(pool, actor, id)
  if (!isOpen(before)) throw notOpen()
  const { name, language, category, ...content } = draft
  // Meta knows a template by both for ever.
  if (before.providerId !== null && (name !== before.name || language !== before.language)) {
    const message = 'Name and language of a submitted template stay; create another one'
    throw new FluxoError('REQUEST_INVALID', { field: 'name', message })
  }
  const { body, variables, meta } = keptOf(content)
  const values = [actor.tenantId, id, name, language, category, body, variables, meta]
  await inTenantTransaction(pool, actor.tenantId, async (db) => {
    const [row] = await run<{ is_taken: boolean }>(db, EDIT, values)
    if (row?.is_taken) throw taken()
    await audit(db, actor, { id, action: 'template.edited', name })
  })
  return itemOf(await getRow(pool, actor, id))
}

async function submit(parts: Parts, actor: Actor, id: string): Promise<TemplateItem> {
  const { pool } = parts
  const row = await getRow(pool, actor, id)
  if (!isOpen(row)) throw notOpen()
  const draft = draftOf(row)
  requireSound(draft)
  const account = await accountFor(parts, actor, row)
  const handle = await exampleOf(parts, { actor, account, draft })
  const body = toMetaTemplate(draft, handle)
  const { category, components } = body
  const answer =
    row.providerId === null
      ? await parts.api.create(account, body)
      : await parts.api.edit(account, row.providerId, {
          category: category ?? null,
          components: components ?? null,
        })
  if (!answer.ok) throw refusalOf(answer)
  const {
    id: given,
    status,
    category: decided,
  } = answer.value as {
    id?: string
    status?: string
    category?: string
  }
  await inTenantTransaction(pool, actor.tenantId, async (db) => {
    await run(db, SUBMITTED, [
      actor.tenantId,
      id,
      row.providerId ?? given,
      account.wabaId,
      statusOf(status) ?? 'PENDING',
      decided?.toUpperCase() ?? draft.category,
      row.status,
    ])
    await audit(db, actor, { id, action: 'template.submitted', name: row.name })
  })
  return itemOf(await getRow(pool, actor, id))
}

async function remove(parts: Parts, actor: Actor, id: string): Promise<void> {
  const row = await getRow(parts.pool, actor, id)
  if (row.providerId !== null && row.status !== 'DELETED') {
    const account = await accountFor(parts, actor, row)
    const { providerId, name } = row
    const answer = await parts.api.remove(account, { providerId, name })
    if (!answer.ok) throw refusalOf(answer)
  }
  await inTenantTransaction(parts.pool, actor.tenantId, async (db) => {
    await run(db, REMOVE, [actor.tenantId, id])
    await audit(db, actor, { id, action: 'template.removed', name: row.name })
  })
}

/** The account that has it; for a new one the first. */
async function accountFor(
  { pool, secretBox }: Parts,
  { tenantId }: Actor,
  { accountId }: TemplateRow,
): Promise<TemplateAccount> {
  const accounts = await accountsOf(pool, secretBox, tenantId)
  const account =
    accountId === null ? accounts[0] : accounts.find(({ wabaId }) => wabaId === accountId)
  if (!account) throw noAccount()
  return account
}

/** Meta's handle of the example of a header's file, uploaded now where it is one of the tenant's. */
async function exampleOf(
  { pool, api }: Parts,
  { actor, account, draft }: { actor: Actor; account: TemplateAccount; draft: TemplateDraft },
): Promise<string | null> {
  const { header } = draft
  if (!header || header.type === 'text' || header.type === 'location') return null
  if (header.mediaId === null) return header.handle
  const file = await readFile(pool, actor.tenantId, header.mediaId)
  if (!file) throw new FluxoError('REQUEST_INVALID', { field: 'header', message: 'No such file' })
  const uploaded = await api.uploadExample(account, file)
  if (!uploaded.ok) throw refusalOf(uploaded)
  return uploaded.value
}

function requireSound(draft: TemplateDraft): void {
  const problems = problemsOfTemplate(draft)
  const [first] = problems
  if (!first) return
  const { field, message } = first
  throw new FluxoError('REQUEST_INVALID', { field, message: message.en, details: { problems } })
}

/** What Meta has not taken may be changed and submitted. */
function isOpen({ status }: TemplateRow): boolean {
  return status === 'DRAFT' || status === 'REJECTED'
}

function notOpen(): FluxoError {
  const message = 'Meta has this template already; only a draft or a rejected one can be changed'
  return new FluxoError('ACTION_NOT_POSSIBLE', { message })
}

function noAccount(): FluxoError {
  const message = 'No WhatsApp channel names its business account (wabaId)'
  return new FluxoError('ACTION_NOT_POSSIBLE', { message })
}

function taken(): FluxoError {
  const message = 'There is a template of this name in this language'
  return new FluxoError('REQUEST_INVALID', { field: 'name', message })
}

function audit(
  db: Queryable,
  actor: Actor,
  { id, action, name }: { id: string; action: string; name: string },
): Promise<void> {
  const entry = { id: createId('event').replace('evt_', 'aud_'), action, subject: id, reason: '' }
  return writeAudit(db, actor, { ...entry, details: { name } })
}

const CREATE = {
  name: 'create_template',
  text: `insert into templates (tenant_id, id, kind, name, language, category, body, variables_json, meta_json,
      approved_status)
    values ($1, $2, 'whatsapp', $3, $4, $5, $6, $7::jsonb, $8::jsonb, 'DRAFT')
    on conflict (tenant_id, kind, name, language) do nothing returning id`,
}

const EDIT = {
  name: 'edit_template',
  text: `with other as (
      select 1 from templates where tenant_id = $1 and kind = 'whatsapp' and name = $3 and language = $4 and id <> $2),
    written as (
      update templates set name = $3, language = $4, category = $5, body = $6, variables_json = $7::jsonb,
        meta_json = $8::jsonb, updated_at = now()
      where tenant_id = $1 and id = $2 and approved_status in ('DRAFT', 'REJECTED') and not exists (select 1 from other))
    select exists (select 1 from other) as is_taken`,
}

/** $7 is the status before: Meta's decision may have come while its answer was on the way. */
const SUBMITTED = {
  name: 'submitted_template',
  text: `update templates set provider_id = $3, account_id = $4, category = $6,
      approved_status = case when approved_status = $7 then $5 else approved_status end,
      reason = case when approved_status = $7 then null else reason end,
      submitted_at = clock_timestamp(), updated_at = now()
    where tenant_id = $1 and id = $2`,
}

const REMOVE = {
  name: 'remove_template',
  text: `delete from templates where tenant_id = $1 and id = $2 and kind = 'whatsapp'`,
}
