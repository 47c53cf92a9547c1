// The model's settings in memory, for tests of the gateway.

import { type AiSettings, DEFAULT_SETUP } from '#machines/contracts/ai-settings.ts'
import type { Runtime } from '#runtime/index.ts'

const NOTHING = {
  calls: 0,
  cacheHits: 0,
  prompt: 0,
  candidates: 0,
  cached: 0,
  thoughts: 0,
  total: 0,
}

export function createAi(): Runtime['ai'] {
  const kept = new Map<string, AiSettings>()
  const settingsOf = (tenantId: string): AiSettings =>
    kept.get(tenantId) ?? { ...DEFAULT_SETUP, hasKey: false, updatedAt: null }
  return {
    settings: async ({ tenantId }) => settingsOf(tenantId),
    save: async ({ tenantId }, { key, ...setup }) => {
      const hasKey = key === undefined ? settingsOf(tenantId).hasKey : key !== null
      kept.set(tenantId, { ...setup, hasKey, updatedAt: new Date(0).toISOString() })
      return settingsOf(tenantId)
    },
    test: async () => ({ ok: false, code: 'AI_NOT_CONFIGURED', message: '', milliseconds: 0 }),
    usage: async () => ({
      month: '1970-01-01',
      used: NOTHING,
      cap: null,
      warnAt: null,
      state: 'ok',
      nodes: [],
      contacts: [],
    }),
  }
}
