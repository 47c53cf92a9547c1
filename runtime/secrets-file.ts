// The installation's own two secrets: what signs sessions, and the key that encrypts tenants' secrets. In
// production they come from the environment, elsewhere from `secrets.json` in the data folder, made once.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { Config } from './config.ts'
import { prepareDataDir, readPrivateJson, writePrivateFile } from './private-file.ts'

export interface InstallationSecrets {
  jwtSecret: string
  /** 32 bytes. */
  masterKey: Buffer
}

const KEY_BYTES = 32
const SecretsSchema = z.object({ jwtSecret: z.string().min(32), masterKey: z.base64() })
type StoredSecrets = z.infer<typeof SecretsSchema>

/** Secrets of this installation. SETUP_FAILED when the file is damaged; it is never replaced silently. */
export function loadSecrets(
  config: Pick<Config, 'dataDir' | 'jwtSecret' | 'secretsKey'>,
): InstallationSecrets {
  const { jwtSecret, secretsKey } = config
  if (jwtSecret !== undefined && secretsKey !== undefined) {
    return { jwtSecret, masterKey: Buffer.from(secretsKey, 'base64') }
  }
  const stored = readOrMake(config.dataDir)
  return {
    jwtSecret: jwtSecret ?? stored.jwtSecret,
    masterKey: Buffer.from(secretsKey ?? stored.masterKey, 'base64'),
  }
}

function readOrMake(dataDir: string): StoredSecrets {
  prepareDataDir(dataDir)
  const path = join(dataDir, 'secrets.json')
  const stored = readPrivateJson(path)
  if (stored === undefined) return make(path)
  const parsed = SecretsSchema.safeParse(stored)
  if (parsed.success && Buffer.from(parsed.data.masterKey, 'base64').length === KEY_BYTES) {
    return parsed.data
  }
  throw new FluxoError('SETUP_FAILED', {
    message: `${path} is damaged: restore it, without it stored secrets cannot be read`,
    field: 'DATA_DIR',
  })
}

function make(path: string): StoredSecrets {
  const secrets = {
    jwtSecret: randomBytes(KEY_BYTES).toString('base64url'),
    masterKey: randomBytes(KEY_BYTES).toString('base64'),
  }
  writePrivateFile(path, `${JSON.stringify(secrets, null, 2)}\n`)
  return secrets
}
