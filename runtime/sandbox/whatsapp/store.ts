// What the stand-in for the Cloud API remembers: numbers, requests to send, webhooks that are not delivered yet.

import { join } from 'node:path'
import { type LogFile, openLogFile } from '../log-file.ts'
import {
  RecordSchema,
  type SandboxArrival,
  type SandboxMedia,
  type SandboxNumber,
  type SandboxRecord,
  type SandboxTemplate,
  type SandboxWebhook,
} from './record.ts'

export interface SandboxState {
  numbers: Map<string, SandboxNumber>
  arrivals: SandboxArrival[]
  /** Webhooks that were not yet answered with 2xx. */
  pending: Map<string, SandboxWebhook>
  /** Files by their id, the oldest first. */
  media: Map<string, SandboxMedia>
  /** Templates by Meta's id. */
  templates: Map<string, SandboxTemplate>
}

/** Older files are forgotten: a demo must not fill a disk. */
const MAX_MEDIA = 200

export interface SandboxStore extends LogFile<SandboxRecord> {
  readonly state: Readonly<SandboxState>
}

/** Opens `whatsapp.jsonl` in `storeDir`. */
export function openStore(storeDir: string): SandboxStore {
  const state: SandboxState = {
    numbers: new Map(),
    arrivals: [],
    pending: new Map(),
    media: new Map(),
    templates: new Map(),
  }
  const file = openLogFile<SandboxRecord>({
    path: join(storeDir, 'whatsapp.jsonl'),
    schema: RecordSchema,
    apply: (record) => apply(state, record),
    compact: () => recordsOf(state),
  })
  return { ...file, state }
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
    case 'media':
      state.media.set(record.media.id, record.media)
      for (const id of [...state.media.keys()].slice(0, -MAX_MEDIA)) state.media.delete(id)
      return
    case 'template':
      state.templates.set(record.template.id, record.template)
      return
    case 'templateGone':
      state.templates.delete(record.id)
      return
    case 'delivered':
      state.pending.delete(record.id)
  }
}

function recordsOf(state: SandboxState): SandboxRecord[] {
  return [
    ...[...state.numbers.values()].map((number) => ({ type: 'number' as const, number })),
    ...state.arrivals.map((arrival) => ({ type: 'arrival' as const, arrival })),
    ...[...state.media.values()].map((media) => ({ type: 'media' as const, media })),
    ...[...state.templates.values()].map((template) => ({ type: 'template' as const, template })),
    ...[...state.pending.values()].map((webhook) => ({ type: 'webhook' as const, webhook })),
  ]
}
