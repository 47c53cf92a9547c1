// Channel secrets opened for attempts. What was opened from the very same bytes is used again for a minute, because a
// key derivation per message costs more than all the rest of preparing it.

import type { SecretBox } from '../../db/secret-box.ts'

export interface OpenedSecrets {
  /** @throws {FluxoError} SECRET_UNREADABLE */
  open(tenantId: string, ciphertext: Buffer): Record<string, string>
}

const KEPT_MS = 60_000
const MAX_KEPT = 1_000

interface Opened {
  secrets: Record<string, string>
  at: number
}

export function createOpenedSecrets(box: SecretBox): OpenedSecrets {
  let kept = new Map<string, Opened>()
  return {
    open: (tenantId, ciphertext) => {
      const key = `${tenantId} ${ciphertext.toString('latin1')}`
      const now = performance.now()
      const known = kept.get(key)
      if (known && now - known.at < KEPT_MS) return known.secrets
      const secrets = box.open(tenantId, ciphertext)
      if (kept.size >= MAX_KEPT) kept = new Map()
      kept.set(key, { secrets, at: now })
      return secrets
    },
  }
}
