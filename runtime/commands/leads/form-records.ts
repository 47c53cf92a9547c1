// Forms as they are stored, as people see them, and as their public pages need them.

import { FluxoError } from '#machines/contracts/errors.ts'
import { type Form, type FormDefinition, FormDefinitionSchema } from '#machines/contracts/forms.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import type { OpenForm } from '../../leads/form-answers.ts'

export interface FormRow {
  id: string
  tenant_id: string
  source_id: string
  secret_id: string
  key: string
  name: string
  definition: FormDefinition
  version: number
  active: boolean
  window_seconds: number
  ciphertext: Buffer
  submissions: number
  created_at: Date
  updated_at: Date
}

export const listForms = (db: Queryable, tenantId: string): Promise<FormRow[]> =>
  run<FormRow>(db, LIST, [tenantId, null])

/** @throws {FluxoError} RESOURCE_NOT_FOUND, also for a form of another tenant */
export async function getForm(db: Queryable, tenantId: string, id: string): Promise<FormRow> {
  const [row] = await run<FormRow>(db, LIST, [tenantId, id])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

export function formItem(row: FormRow, secretBox: SecretBox): Form {
  const secret = secretBox.open(row.tenant_id, row.ciphertext)
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    sourceId: row.source_id,
    version: row.version,
    active: row.active,
    definition: FormDefinitionSchema.parse(row.definition),
    hasCaptchaSecret: secret['captcha'] !== undefined,
    submissions: row.submissions,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

type PublicRow = Omit<FormRow, 'submissions' | 'created_at' | 'updated_at' | 'name' | 'secret_id'>

/** A form by its id alone, as its address names it; null when it is not published. */
export async function findPublicForm(
  db: Queryable,
  secretBox: SecretBox,
  id: string,
): Promise<OpenForm | null> {
  const [row] = await run<PublicRow>(db, PUBLIC, [id])
  if (!row) return null
  const secret = secretBox.open(row.tenant_id, row.ciphertext)
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sourceId: row.source_id,
    key: row.key,
    version: row.version,
    definition: FormDefinitionSchema.parse(row.definition),
    windowSeconds: row.window_seconds,
    tokenKey: secret['token'] ?? '',
    captchaSecret: secret['captcha'] ?? null,
  }
}

const COLUMNS = `f.id, f.tenant_id, f.source_id, f.secret_id, f.key, f.name, f.definition_json as definition,
      f.version, f.active, f.created_at, f.updated_at, s.window_seconds, k.ciphertext`

const TABLES = `from forms f
    join lead_sources s on s.tenant_id = f.tenant_id and s.id = f.source_id
    join secrets k on k.tenant_id = f.tenant_id and k.id = f.secret_id`

/** A count that nobody reads to the end is not counted to the end. */
const LIST = {
  name: 'list_forms',
  text: `select ${COLUMNS}, n.submissions ${TABLES}
    left join lateral (select count(*)::int as submissions from (select 1 from leads l
      where l.tenant_id = f.tenant_id and l.source_id = f.source_id limit 10000) few) n on true
    where f.tenant_id = $1 and ($2::text is null or f.id = $2)
    order by f.created_at desc, f.id desc`,
}

const PUBLIC = {
  name: 'find_public_form',
  text: `select ${COLUMNS} ${TABLES} where f.id = $1 and f.active and s.active`,
}
