// Rows of WhatsApp templates, and how people see them.

import {
  isBlockedStatus,
  placeholdersIn,
  type TemplateContent,
  type TemplateDraft,
  type TemplateItem,
} from '#machines/contracts/whatsapp-template.ts'
import { reasonWords } from '../../connectors/whatsapp/template-status.ts'
import { type Queryable, run } from '../../db/pool.ts'

export interface TemplateRow {
  id: string
  name: string
  language: string
  body: string
  variables: string[]
  status: string
  meta: { content?: TemplateContent; shown?: TemplateContent; otherParts?: string[] }
  providerId: string | null
  accountId: string | null
  category: string | null
  quality: string
  reason: string | null
  categoryChange: { to: string; at: string } | null
  pausedUntil: Date | null
  isPauseOver: boolean
  submittedAt: Date | null
  syncedAt: Date | null
  updatedAt: Date
}

const COLUMNS = `id, name, language, body, variables_json as variables, approved_status as status, meta_json as meta,
  provider_id as "providerId", account_id as "accountId", category, quality, reason,
  category_change as "categoryChange", paused_until as "pausedUntil",
  coalesce(paused_until <= now(), false) as "isPauseOver",
  submitted_at as "submittedAt", synced_at as "syncedAt", updated_at as "updatedAt"`

export interface TemplateFilter {
  tenantId: string
  status: string | null
  words: string | null
  after: readonly (string | null)[]
  limit: number
}

/** By name and language; one more than asked for says that there are more. */
export function listRows(db: Queryable, filter: TemplateFilter): Promise<TemplateRow[]> {
  const { tenantId, status, words, after, limit } = filter
  const [name = null, language = null] = after
  const like = words === null ? null : `%${words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  return run<TemplateRow>(db, LIST, [tenantId, status, like, name, language, limit + 1])
}

export async function findRow(
  db: Queryable,
  tenantId: string,
  id: string,
): Promise<TemplateRow | null> {
  return (await run<TemplateRow>(db, FIND, [tenantId, id]))[0] ?? null
}

/** The template as the page shows it. */
export function itemOf(row: TemplateRow): TemplateItem {
  const { reason, categoryChange, pausedUntil, submittedAt, syncedAt } = row
  const status = row.isPauseOver && row.status === 'PAUSED' ? 'APPROVED' : row.status
  return {
    id: row.id,
    name: row.name,
    language: row.language,
    category: row.category ?? 'UTILITY',
    status,
    blocked: isBlockedStatus(status),
    reason: reason === null ? null : { code: reason, words: reasonWords(reason) },
    quality: row.quality,
    categoryChange,
    pausedUntil: status === 'PAUSED' ? (pausedUntil?.toISOString() ?? null) : null,
    content: contentOf(row),
    variables: row.variables,
    otherParts: row.meta.otherParts ?? [],
    submittedAt: submittedAt?.toISOString() ?? null,
    syncedAt: syncedAt?.toISOString() ?? null,
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** What it says; of one that was made before it was known more closely, its body. */
export function contentOf({ meta, body }: Pick<TemplateRow, 'meta' | 'body'>): TemplateContent {
  const known = meta.content ?? meta.shown
  return known ?? { header: null, body, examples: {}, footer: null, buttons: [] }
}

export function draftOf(row: TemplateRow): TemplateDraft {
  const { name, language, category } = row
  const known = category === 'MARKETING' || category === 'AUTHENTICATION' ? category : 'UTILITY'
  return { name, language, category: known, ...contentOf(row) }
}

/** What a row keeps of a content: `content` is what sends are checked against, so it must be whole. */
export function keptOf(content: TemplateContent, otherParts: readonly string[] = []) {
  const isWhole = otherParts.length === 0
  return {
    body: content.body,
    variables: JSON.stringify(placeholdersIn(content.body)),
    meta: JSON.stringify({
      ...(isWhole ? { content } : { shown: content }),
      ...(!isWhole && { otherParts }),
    }),
  }
}

const LIST = {
  name: 'list_templates',
  text: `select ${COLUMNS} from templates
    where tenant_id = $1 and kind = 'whatsapp' and ($2::text is null or approved_status = $2)
      and ($3::text is null or name like $3 or lower(body) like $3)
      and ($4::text is null or (name, language) > ($4, $5::text))
    order by name, language limit $6`,
}

const FIND = {
  name: 'find_template',
  text: `select ${COLUMNS} from templates where tenant_id = $1 and id = $2 and kind = 'whatsapp'`,
}
