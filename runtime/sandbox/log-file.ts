// An append-only file of JSON lines. Appends are synchronous on purpose: when one returns, it survives a kill -9.

import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import type { z } from 'zod'

export interface LogFile<LogRecord> {
  /** Writes the records in one piece and applies them. */
  append(records: readonly LogRecord[]): void
  close(): void
}

export interface LogFileOptions<LogRecord> {
  path: string
  schema: z.ZodType<LogRecord>
  /** Told of each record, those of earlier processes first. */
  apply: (record: LogRecord) => void
  /** What is left of all that was applied; the file is written anew from it. */
  compact: () => LogRecord[]
}

/** Opens the file. A torn last line, left by a kill within a write, was never answered and is dropped. */
export function openLogFile<LogRecord>(options: LogFileOptions<LogRecord>): LogFile<LogRecord> {
  const { path, schema, apply, compact } = options
  for (const record of readRecords(path, schema)) apply(record)
  writeFileSync(`${path}.new`, linesOf(compact()), { mode: 0o600 })
  renameSync(`${path}.new`, path)
  const file = openSync(path, 'a', 0o600)
  return {
    append: (records) => {
      writeSync(file, linesOf(records))
      for (const record of records) apply(record)
    },
    close: () => closeSync(file),
  }
}

function readRecords<LogRecord>(path: string, schema: z.ZodType<LogRecord>): LogRecord[] {
  if (!existsSync(path)) return []
  // What follows the last line break is a torn line, or nothing.
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.flatMap((line) => {
    try {
      const record = schema.safeParse(JSON.parse(line))
      return record.success ? [record.data] : []
    } catch {
      return []
    }
  })
}

function linesOf(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}
