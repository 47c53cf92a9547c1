// E-mail templates and their partials as rows of the asking tenant (I9).

import type { PoolClient } from 'pg'
import type {
  EmailPartial,
  EmailTemplate,
  EmailTemplateSave,
} from '#machines/contracts/email-templates.ts'
import { run } from '../../db/pool.ts'
import { createId } from '../../ids.ts'

interface TemplateRow {
  id: string
  name: string
  language: string
  variables: string[]
  meta: Pick<EmailTemplate, 'subject' | 'html' | 'text' | 'tracking'>
  updated_at: Date
}

export async function findTemplates(
  db: PoolClient,
  tenantId: string,
  id: string | null,
): Promise<EmailTemplate[]> {
  const rows = await run<TemplateRow>(db, FIND, [tenantId, id])
  return rows.map(({ meta, updated_at: updatedAt, ...row }) => {
    const { subject, html, text, tracking } = meta
    return { ...row, subject, html, text, tracking, updatedAt: updatedAt.toISOString() }
  })
}

/** @param text what is read of it, for the thread of a conversation. @returns its id */
export async function keepTemplate(
  db: PoolClient,
  tenantId: string,
  { template, text, variables }: { template: EmailTemplateSave; text: string; variables: string[] },
): Promise<string> {
  const { name, language, subject, html, text: own, tracking } = template
  const [row] = await run<{ id: string }>(db, KEEP, [
    tenantId,
    createId('template'),
    name,
    language,
    text,
    JSON.stringify(variables),
    JSON.stringify({ subject, html, text: own, tracking }),
  ])
  return row?.id ?? ''
}

export async function removeTemplate(db: PoolClient, tenantId: string, id: string): Promise<void> {
  await run(db, REMOVE, [tenantId, id])
}

/** True while the published version of a workflow names it. */
export async function isSent(db: PoolClient, tenantId: string, name: string): Promise<boolean> {
  const [row] = await run<{ is_sent: boolean }>(db, SENT, [tenantId, name])
  return row?.is_sent ?? false
}

export async function findPartials(db: PoolClient, tenantId: string): Promise<EmailPartial[]> {
  return run<EmailPartial>(db, PARTIALS, [tenantId])
}

export async function keepPartial(
  db: PoolClient,
  tenantId: string,
  { name, html }: EmailPartial,
): Promise<void> {
  await run(db, KEEP_PARTIAL, [tenantId, name, html])
}

export async function removePartial(
  db: PoolClient,
  tenantId: string,
  name: string,
): Promise<boolean> {
  return (await run(db, REMOVE_PARTIAL, [tenantId, name])).length > 0
}

const FIND = {
  name: 'find_email_templates',
  text: `select id, name, language, variables_json as variables, meta_json as meta, updated_at from templates
    where tenant_id = $1 and kind = 'email' and meta_json ? 'html' and ($2::text is null or id = $2)
    order by name, language limit 1000`,
}

const KEEP = {
  name: 'keep_email_template',
  text: `insert into templates (tenant_id, id, kind, name, language, body, variables_json, approved_status, meta_json)
    values ($1, $2, 'email', $3, $4, $5, $6::jsonb, 'APPROVED', $7::jsonb)
    on conflict (tenant_id, kind, name, language) do update set body = excluded.body,
      variables_json = excluded.variables_json, approved_status = 'APPROVED', meta_json = excluded.meta_json,
      updated_at = now()
    returning id`,
}

const REMOVE = {
  name: 'remove_email_template',
  text: "delete from templates where tenant_id = $1 and id = $2 and kind = 'email'",
}

const SENT = {
  name: 'is_email_template_sent',
  text: `select exists (
      select 1 from workflows w
      join workflow_versions v on v.tenant_id = w.tenant_id and v.id = w.published_version_id
      where w.tenant_id = $1 and jsonb_path_exists(v.definition_json,
        '$.nodes[*] ? (@.type == "email.send_template" && @.template == $name)', jsonb_build_object('name', $2::text))
    ) as is_sent`,
}

const PARTIALS = {
  name: 'find_email_partials',
  text: 'select name, html from email_partials where tenant_id = $1 order by name limit 500',
}

const KEEP_PARTIAL = {
  name: 'keep_email_partial',
  text: `insert into email_partials (tenant_id, name, html) values ($1, $2, $3)
    on conflict (tenant_id, name) do update set html = excluded.html, updated_at = now()`,
}

const REMOVE_PARTIAL = {
  name: 'remove_email_partial',
  text: 'delete from email_partials where tenant_id = $1 and name = $2 returning name',
}
