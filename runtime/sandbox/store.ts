// The sandbox's memory: an append-only file, and the same in memory. Appends are synchronous on purpose.

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  RecordSchema,
  type SandboxArrival,
  type SandboxNumber,
  type SandboxRecord,
  type SandboxWebhook,
} from './record.ts'

export interface SandboxState {
  numbers: Map<string, SandboxNumber>
  arrivals: SandboxArrival[]
  /** Webhooks that were not yet answered with 2xx. */
  pending: Map<string, SandboxWebhook>
}

export interface SandboxStore {
  readonly state: Readonly<SandboxState>
  /** Writes the records in one piece; when it returns they survive the death of the process. */
  append(records: readonly SandboxRecord[]): void
  close(): void
}

/**
 * Opens `whatsapp.jsonl` in `storeDir`. A torn last line, left by a kill within a write, was never
 * answered and is dropped; webhooks that were delivered are dropped for good.
 */
export function openStore(storeDir: string): SandboxStore {
  mkdirSync(storeDir, { recursive: true, mode: 0o700 })
  const path = join(storeDir, 'whatsapp.jsonl')
  const state = readState(path)
  rewrite(path, state)
  const file = openSync(path, 'a', 0o600)
  return {
    state,
    append: (records) => {
      writeSync(file, toLines(records))
      for (const record of records) apply(state, record)
    },
    close: () => closeSync(file),
  }
}

function readState(path: string): SandboxState {
  const state: SandboxState = { numbers: new Map(), arrivals: [], pending: new Map() }
  if (!existsSync(path)) return state
  // What follows the last line break is a torn line, or nothing.
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const record = parseLine(line)
    if (record) apply(state, record)
  }
  return state
}

function parseLine(line: string): SandboxRecord | null {
  try {
    return RecordSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

function apply(state: SandboxState, record: SandboxRecord): void {
  switch (record.type) {
    case 'number':
      // Once more at the end: the one registered last is the default.
      state.numbers.delete(record.number.phoneNumberId)
      state.numbers.set(record.number.phoneNumberId, record.number)
      return
    case 'arrival':
      state.arrivals.push(record.arrival)
      return
    case 'webhook':
      state.pending.set(record.webhook.id, record.webhook)
      return
    case 'delivered':
      state.pending.delete(record.id)
  }
}

function rewrite(path: string, state: SandboxState): void {
  const records: SandboxRecord[] = [
    ...[...state.numbers.values()].map((number) => ({ type: 'number' as const, number })),
    ...state.arrivals.map((arrival) => ({ type: 'arrival' as const, arrival })),
    ...[...state.pending.values()].map((webhook) => ({ type: 'webhook' as const, webhook })),
  ]
  writeFileSync(`${path}.new`, toLines(records), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function toLines(records: readonly SandboxRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}
