// What a company has that a workflow can name: channels, templates and letters with what they say, other workflows.

import type { EmailPartial, EmailTemplateSave } from '#machines/contracts/email-templates.ts'
import type { TemplateDraft } from '#machines/contracts/whatsapp-template.ts'
import type { Records } from '../db/orm.ts'
import { contentOf } from '../commands/templates/template-rows.ts'
import { REMOVED } from '../outbox/paused-channel.ts'

export interface KnownHere {
  company: string
  channels: string[]
  templates: TemplateDraft[]
  emailTemplates: EmailTemplateSave[]
  partials: EmailPartial[]
  workflows: { id: string; name: string }[]
  /** Those of the ids asked for that are here. */
  media: string[]
}

interface TemplateRow {
  kind: 'whatsapp' | 'email'
  name: string
  language: string
  category: string | null
  body: string
  meta: Parameters<typeof contentOf>[0]['meta'] &
    Partial<Pick<EmailTemplateSave, 'subject' | 'html' | 'text' | 'tracking'>>
}

/** Reads it as it is now. @param mediaIds files that are asked for */
export async function knownHere(
  records: Records,
  tenantId: string,
  mediaIds: readonly string[],
): Promise<KnownHere> {
  const [tenant]: { name: string; channels: string[] }[] = await records.execute(TENANT, [tenantId])
  const rows: TemplateRow[] = await records.execute(TEMPLATES, [tenantId])
  const partials: EmailPartial[] = await records.execute(PARTIALS, [tenantId])
  const workflows: KnownHere['workflows'] = await records.execute(WORKFLOWS, [tenantId])
  const media: { id: string }[] = await records.execute(MEDIA, [tenantId, JSON.stringify(mediaIds)])
  return {
    company: tenant?.name ?? '',
    channels: tenant?.channels ?? [],
    templates: rows.filter(({ kind }) => kind === 'whatsapp').map(templateOf),
    emailTemplates: rows.filter(({ kind }) => kind === 'email').flatMap(letterOf),
    partials,
    workflows,
    media: media.map(({ id }) => id),
  }
}

/** Without what belongs to the account alone: an uploaded example, a file of the company's. */
function templateOf({ name, language, category, ...row }: TemplateRow): TemplateDraft {
  const content = contentOf(row)
  const { header } = content
  const isFile = header !== null && 'handle' in header
  const known = category === 'MARKETING' || category === 'AUTHENTICATION' ? category : 'UTILITY'
  return {
    name,
    language,
    category: known,
    ...content,
    header: isFile ? { ...header, handle: null, mediaId: null } : header,
  }
}

function letterOf({ name, language, meta }: TemplateRow): EmailTemplateSave[] {
  const { subject, html, text = null, tracking } = meta
  if (subject === undefined || html === undefined || tracking === undefined) return []
  return [{ name, language, subject, html, text, tracking }]
}

const TENANT = `select t.name, coalesce((select json_agg(distinct c.kind) from channels c
    where c.tenant_id = t.id and c.kind <> '${REMOVED}'), '[]'::json) as channels
  from tenants t where t.id = ?`

const TEMPLATES = `select kind, name, language, category, body, meta_json as meta from templates
  where tenant_id = ? order by kind, name, language limit 2000`

const PARTIALS = 'select name, html from email_partials where tenant_id = ? order by name limit 500'

const WORKFLOWS = `select id, name from workflows where tenant_id = ? and archived_at is null
  order by name, id limit 1000`

const MEDIA = `select m.id from media m where m.tenant_id = ?
  and m.id in (select json_array_elements_text(?::json))`
