// What a data folder remembers of its PostgreSQL: the cluster's id, the superuser's password, the last port.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import { readPrivateJson, writePrivateFile } from '../private-file.ts'

const IdentitySchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  password: z.string().min(20),
  port: z.number().int().min(0).max(65535),
})
export type Identity = z.infer<typeof IdentitySchema>

function pathOf(dataDir: string): string {
  return join(dataDir, 'postgres.json')
}

/** The folder's identity; a folder without one gets one. Port 0 means not chosen yet. */
export function readIdentity(dataDir: string): Identity {
  const stored = readPrivateJson(pathOf(dataDir))
  if (stored === undefined) {
    const identity = {
      id: randomBytes(8).toString('hex'),
      password: randomBytes(24).toString('base64url'),
      port: 0,
    }
    writeIdentity(dataDir, identity)
    return identity
  }
  const parsed = IdentitySchema.safeParse(stored)
  if (parsed.success) return parsed.data
  throw new FluxoError('SETUP_FAILED', {
    message: `${pathOf(dataDir)} is damaged: restore it, or start afresh with another DATA_DIR`,
    field: 'DATA_DIR',
    cause: parsed.error,
  })
}

export function writeIdentity(dataDir: string, identity: Identity): void {
  writePrivateFile(pathOf(dataDir), `${JSON.stringify(identity, null, 2)}\n`)
}
