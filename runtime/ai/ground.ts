// What the connector of the model is given: settings and key, the contact's latest messages, answers that are kept, and
// the meter. Every statement runs as the tenant (I9).

import type { Pool } from 'pg'
import type { AiSetup } from '#machines/contracts/ai-settings.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { messageText } from '../commands/contacts/message-text.ts'
import type { AiGround, Asker, Said, Surroundings } from '../connectors/gemini/surroundings.ts'
import { type Queryable, run } from '../db/pool.ts'
import type { SecretBox } from '../db/secret-box.ts'
import { inTenantTransaction } from '../db/tenant-transaction.ts'
import type { Logger } from '../log.ts'
import { createOpenedSecrets } from '../outbox/executor/opened-secrets.ts'
import { createMeter } from './meter.ts'
import { SETUP_COLUMNS, setupOf } from './settings-row.ts'

export interface GroundOptions {
  pool: Pool
  secretBox: SecretBox
  logger: Logger
}

export function createAiGround({ pool, secretBox, logger }: GroundOptions): AiGround {
  const secrets = createOpenedSecrets(secretBox)
  return {
    read: (effect) =>
      inTenantTransaction(pool, effect.tenantId, async (db) => {
        const row = await readRow(db, effect)
        const setup = setupOf(row.setup)
        return {
          ...factsOf(row, setup),
          history: await readHistory(db, effect, setup),
          ...keyOf(row),
        }
      }),
    kept: (tenantId, hash) =>
      inTenantTransaction(pool, tenantId, async (db) => {
        const [row] = await run<{ answer: JsonObject }>(db, KEPT, [tenantId, hash])
        return row?.answer ?? null
      }),
    ...createMeter(pool, logger),
  }

  function keyOf({ ciphertext, tenant_id: tenantId }: Row): Pick<Surroundings, 'apiKey'> {
    return { apiKey: ciphertext ? (secrets.open(tenantId, ciphertext)['apiKey'] ?? null) : null }
  }
}

interface Row {
  tenant_id: string
  tenant_name: string
  locale: Surroundings['language']
  setup: JsonObject | null
  ciphertext: Buffer | null
  name: string | null
  phone: string | null
  email: string | null
}

async function readRow(db: Queryable, { tenantId, contactId }: Asker): Promise<Row> {
  const [row] = await run<Row>(db, READ, [tenantId, contactId])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  return row
}

function factsOf(row: Row, setup: AiSetup) {
  const { tenant_name: tenantName, locale: language, name, phone, email } = row
  return { tenantName, language, setup, person: { name, phone, email } }
}

/** Up to this moment: the message that the node asks about is among them. */
async function readHistory(
  db: Queryable,
  { tenantId, contactId }: Asker,
  { historyMessages }: AiSetup,
): Promise<Said[]> {
  if (historyMessages === 0) return []
  const rows = await run<{ direction: 'in' | 'out'; content: JsonObject }>(db, HISTORY, [
    tenantId,
    contactId,
    historyMessages,
  ])
  return rows.toReversed().map(({ direction, content }) => ({
    by: direction === 'in' ? 'contact' : 'us',
    text: messageText(content, null),
  }))
}

const READ = {
  name: 'read_ai_surroundings',
  text: `select t.id as tenant_id, t.name as tenant_name, t.locale, sec.ciphertext, c.name,
      c.phone_e164 as phone, c.email, case when s.tenant_id is not null then ${SETUP_COLUMNS} end as setup
    from tenants t
    left join ai_settings s on s.tenant_id = t.id
    left join secrets sec on sec.tenant_id = s.tenant_id and sec.id = s.secret_id
    left join contacts c on c.tenant_id = t.id and c.id = $2
    where t.id = $1`,
}

const HISTORY = {
  name: 'read_ai_history',
  text: `select direction, content_json as content from messages
    where tenant_id = $1 and contact_id = $2 and status <> 'failed'
    order by created_at desc, id desc limit $3`,
}

const KEPT = {
  name: 'read_kept_answer',
  text: `select answer_json as answer from ai_answers
    where tenant_id = $1 and hash = $2 and expires_at > now()`,
}
