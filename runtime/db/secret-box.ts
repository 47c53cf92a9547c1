// Channel credentials at rest: AES-256-GCM with a key per tenant (HKDF), the tenant bound as associated data.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { FluxoError } from '#machines/contracts/errors.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface SecretBox {
  keyId: string
  /** Encrypts a small JSON object of a tenant. */
  seal(tenantId: string, secret: Record<string, string>): Buffer
  /** @throws {FluxoError} SECRET_UNREADABLE when another key or tenant sealed it */
  open(tenantId: string, ciphertext: Uint8Array): Record<string, string>
}

/** @param masterKey 32 bytes */
export function createSecretBox(masterKey: Buffer): SecretBox {
  const keyOf = (tenantId: string): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey, tenantId, 'fluxolab-secrets', 32))
  return {
    keyId: 'k1',
    seal: (tenantId, secret) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyOf(tenantId), nonce).setAAD(
        Buffer.from(tenantId),
      )
      const body = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open: (tenantId, ciphertext) => {
      try {
        const bytes = Buffer.from(ciphertext)
        const decipher = createDecipheriv(
          'aes-256-gcm',
          keyOf(tenantId),
          bytes.subarray(0, NONCE_BYTES),
        )
        decipher.setAAD(Buffer.from(tenantId))
        decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
        const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
        return JSON.parse(Buffer.concat([body, decipher.final()]).toString('utf8')) as Record<
          string,
          string
        >
      } catch (cause) {
        throw new FluxoError('SECRET_UNREADABLE', { cause })
      }
    },
  }
}
