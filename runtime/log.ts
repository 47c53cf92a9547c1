// The structured log. Secrets and people's data are cut before a line is written.

import { destination, pino, type Logger as PinoLogger } from 'pino'

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

/**
 * @param level pino's level name, or `silent`
 * @param file where the lines go; standard output when left out
 */
export function createLogger(level: string, file?: string): Logger {
  const options = { level, base: null, redact: { paths: REDACTED, censor: '[redacted]' } }
  return file === undefined ? pino(options) : pino(options, destination({ dest: file, mkdir: true }))
}
