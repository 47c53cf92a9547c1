// How a tenant's model is set up: read, saved with an entry in the audit log, and tried. The key is sealed and never
// read back to anybody.

import type { Pool } from 'pg'
import {
  type AiSettings,
  type AiSettingsEdit,
  type AiTestReply,
  type AiTestRequest,
  DEFAULT_SETUP,
} from '#machines/contracts/ai-settings.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { SETUP_COLUMNS, setupOf } from '../../ai/settings-row.ts'
import type { LanguageModel, ModelReply } from '../../connectors/gemini/language-model.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Actor } from '../../face.ts'
import type { AiFace } from '../../face/ai.ts'
import { createId } from '../../ids.ts'
import { readUsage } from './ai-usage.ts'
import { writeAudit } from '../audit.ts'

export interface AiParts {
  pool: Pool
  secretBox: SecretBox
  egress: Egress
  model: LanguageModel
}

/** Creates the commands of a tenant's model. */
export function createAi(parts: AiParts): AiFace {
  const { pool, secretBox } = parts
  return {
    settings: (actor) =>
      inTenantTransaction(pool, actor.tenantId, async (db) => settingsOf(await readRow(db, actor))),
    save: (actor, edit) =>
      inTenantTransaction(pool, actor.tenantId, async (db) => {
        await save(db, actor, { edit, secretBox })
        return settingsOf(await readRow(db, actor))
      }),
    test: (actor, request) => test(parts, actor, request),
    usage: (actor) => inTenantTransaction(pool, actor.tenantId, (db) => readUsage(db, actor)),
  }
}

interface Row {
  setup: JsonObject | null
  secret_id: string | null
  ciphertext: Buffer | null
  updated_at: Date | null
}

async function readRow(db: Queryable, { tenantId }: Actor): Promise<Row | undefined> {
  const [row] = await run<Row>(db, READ, [tenantId])
  return row
}

function settingsOf(row: Row | undefined): AiSettings {
  return {
    ...(row ? setupOf(row.setup) : DEFAULT_SETUP),
    hasKey: row?.ciphertext !== null && row?.ciphertext !== undefined,
    updatedAt: row?.updated_at?.toISOString() ?? null,
  }
}

async function save(
  db: Queryable,
  actor: Actor,
  { edit, secretBox }: { edit: AiSettingsEdit; secretBox: SecretBox },
): Promise<void> {
  const { key, ...setup } = edit
  const { tenantId } = actor
  const before = await readRow(db, actor)
  let secretId = key === null ? null : (before?.secret_id ?? null)
  if (typeof key === 'string') {
    secretId ??= createId('secret')
    const sealed = secretBox.seal(tenantId, { apiKey: key })
    await run(db, KEEP_SECRET, [tenantId, secretId, secretBox.keyId, sealed])
  }
  await run(db, SAVE, [
    tenantId,
    setup.model,
    secretId,
    setup.persona,
    JSON.stringify(setup.allowedTopics),
    JSON.stringify(setup.catalogue),
    setup.monthlyTokenCap,
    setup.warnPercent,
    setup.minConfidence,
    setup.historyMessages,
    setup.cacheHours,
    setup.safety,
  ])
  if (key === null && before?.secret_id) await run(db, FORGET_SECRET, [tenantId, before.secret_id])
  await writeAudit(db, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: 'save_ai_settings',
    subject: 'ai_settings',
    reason: '',
    details: {
      model: setup.model,
      monthlyTokenCap: setup.monthlyTokenCap,
      catalogueEntries: setup.catalogue.length,
      key: key === undefined ? 'kept' : key === null ? 'removed' : 'changed',
    },
  })
}

const QUESTION = { role: 'user' as const, text: JSON.stringify({ texto: 'ping' }) }
const PONG = {
  type: 'object',
  properties: { ok: { type: 'boolean' } },
  required: ['ok'],
  additionalProperties: false,
}
const TEST_MS = 15_000

async function test(
  { pool, secretBox, egress, model }: AiParts,
  actor: Actor,
  request: AiTestRequest,
): Promise<AiTestReply> {
  const row = await inTenantTransaction(pool, actor.tenantId, (db) => readRow(db, actor))
  const settings = settingsOf(row)
  const startedAt = performance.now()
  const reply = (code: string | null, message: string): AiTestReply => {
    const milliseconds = Math.round(performance.now() - startedAt)
    return { ok: code === null, code, message, milliseconds }
  }
  try {
    const kept = row?.ciphertext && secretBox.open(actor.tenantId, row.ciphertext)['apiKey']
    const apiKey = request.key ?? kept
    if (!apiKey) return reply('AI_NOT_CONFIGURED', '')
    const asked = {
      model: request.model ?? settings.model,
      apiKey,
      system: 'Responda {"ok": true}.',
      contents: [QUESTION],
      schema: PONG,
      maxOutputTokens: 256,
      safety: settings.safety,
    }
    const answer = await model.generate(asked, { egress, signal: AbortSignal.timeout(TEST_MS) })
    return reply(...problemOf(answer))
  } catch (error) {
    if (!isFluxoError(error, 'SECRET_UNREADABLE')) throw error
    return reply(error.code, error.message)
  }
}

function problemOf(answer: ModelReply): [code: string | null, message: string] {
  if (answer.type === 'answer') return [null, '']
  // An answer that broke off came from the right model with the right key.
  if (answer.type === 'blocked') {
    return answer.reason === 'MAX_TOKENS' ? [null, ''] : ['AI_BLOCKED', answer.reason]
  }
  return [answer.error.code, answer.error.message]
}

const READ = {
  name: 'read_ai_settings',
  text: `select ${SETUP_COLUMNS} as setup, s.secret_id, sec.ciphertext, s.updated_at
    from ai_settings s left join secrets sec on sec.tenant_id = s.tenant_id and sec.id = s.secret_id
    where s.tenant_id = $1`,
}

const KEEP_SECRET = {
  name: 'keep_ai_key',
  text: `insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, $2, $3, $4)
    on conflict (tenant_id, id) do update set key_id = excluded.key_id, ciphertext = excluded.ciphertext`,
}

const FORGET_SECRET = {
  name: 'forget_ai_key',
  text: 'delete from secrets where tenant_id = $1 and id = $2',
}

const SAVE = {
  name: 'save_ai_settings',
  text: `insert into ai_settings (tenant_id, model, secret_id, persona, allowed_topics_json, catalogue_json,
      monthly_token_cap, warn_percent, min_confidence, history_messages, cache_hours, safety)
    values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, $9, $10, $11, $12)
    on conflict (tenant_id) do update set model = excluded.model, secret_id = excluded.secret_id,
      persona = excluded.persona, allowed_topics_json = excluded.allowed_topics_json,
      catalogue_json = excluded.catalogue_json, monthly_token_cap = excluded.monthly_token_cap,
      warn_percent = excluded.warn_percent, min_confidence = excluded.min_confidence,
      history_messages = excluded.history_messages, cache_hours = excluded.cache_hours,
      safety = excluded.safety, updated_at = now()`,
}
