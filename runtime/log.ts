// The structured log. Secrets and people's data are cut before a line is written.

import { join } from 'node:path'
import { destination, pino, type Logger as PinoLogger, type LoggerOptions } from 'pino'
import type { Config } from './config.ts'
import { prepareDataDir } from './private-file.ts'

export type Logger = PinoLogger

const REDACTED = [
  'password',
  'token',
  'secret',
  'secrets',
  'authorization',
  'cookie',
  'phone',
  'email',
  '*.password',
  '*.token',
  '*.secret',
  '*.secrets',
  '*.authorization',
  '*.cookie',
  '*.phone',
  '*.email',
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-signature"]',
  'req.headers["x-hub-signature-256"]',
]

/** @param level pino's level name, or `silent` */
export function createLogger(level: string): Logger {
  return pino(optionsOf(level))
}

/** The log of a process: beside the data where people read the terminal, on standard output in production. */
export function openLog({ logLevel, databaseUrl, dataDir }: Config): Logger {
  if (databaseUrl !== undefined) return createLogger(logLevel)
  prepareDataDir(dataDir)
  const file = destination({ dest: join(dataDir, 'fluxolab.log'), mode: 0o600, sync: true })
  return pino(optionsOf(logLevel), file)
}

function optionsOf(level: string): LoggerOptions {
  return { level, base: null, redact: { paths: REDACTED, censor: '[redacted]' } }
}
