// A tenant's settings of the model as they lie in the database.

import { type AiSetup, AiSetupSchema, DEFAULT_SETUP } from '#machines/contracts/ai-settings.ts'
import type { JsonObject } from '#machines/contracts/json.ts'

/** The columns as one JSON object, where `s` is the table. */
export const SETUP_COLUMNS = `jsonb_build_object('model', s.model, 'persona', s.persona,
  'allowedTopics', s.allowed_topics_json, 'catalogue', s.catalogue_json,
  'monthlyTokenCap', s.monthly_token_cap, 'warnPercent', s.warn_percent,
  'minConfidence', s.min_confidence, 'historyMessages', s.history_messages,
  'cacheHours', s.cache_hours, 'safety', s.safety)`

/** @param row null: the tenant never set anything */
export function setupOf(row: JsonObject | null): AiSetup {
  return row === null ? DEFAULT_SETUP : AiSetupSchema.parse(row)
}
