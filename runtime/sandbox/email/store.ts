// The memory of the stand-in for the mail providers: `email.jsonl`.

import { join } from 'node:path'
import { type LogFile, openLogFile } from '../log-file.ts'
import {
  type Mail,
  type MailAccount,
  type MailKeys,
  type MailRecord,
  type MailWebhook,
  RecordSchema,
} from './record.ts'

export interface MailState {
  accounts: Map<string, MailAccount>
  mails: Mail[]
  /** What was not yet answered with 2xx. */
  pending: Map<string, MailWebhook>
  confirmedTopics: Set<string>
  keys: MailKeys | null
  /** Of the mail server, last time. */
  port: number
}

export interface MailStore extends LogFile<MailRecord> {
  readonly state: Readonly<MailState>
}

export function openMailStore(storeDir: string): MailStore {
  const state: MailState = {
    accounts: new Map(),
    mails: [],
    pending: new Map(),
    confirmedTopics: new Set(),
    keys: null,
    port: 0,
  }
  const file = openLogFile<MailRecord>({
    path: join(storeDir, 'email.jsonl'),
    schema: RecordSchema,
    apply: (record) => apply(state, record),
    compact: () => recordsOf(state),
  })
  return { ...file, state }
}

function apply(state: MailState, record: MailRecord): void {
  switch (record.type) {
    case 'account':
      // Once more at the end: the one registered last is the default.
      state.accounts.delete(record.account.id)
      state.accounts.set(record.account.id, record.account)
      return
    case 'mail':
      state.mails.push(record.mail)
      return
    case 'webhook':
      state.pending.set(record.webhook.id, record.webhook)
      return
    case 'delivered':
      state.pending.delete(record.id)
      return
    case 'confirmed':
      state.confirmedTopics.add(record.topicArn)
      return
    case 'keys':
      state.keys = record.keys
      return
    case 'port':
      state.port = record.port
  }
}

function recordsOf(state: MailState): MailRecord[] {
  return [
    ...[...state.accounts.values()].map((account) => ({ type: 'account' as const, account })),
    ...state.mails.map((mail) => ({ type: 'mail' as const, mail })),
    ...[...state.pending.values()].map((webhook) => ({ type: 'webhook' as const, webhook })),
    ...[...state.confirmedTopics].map((topicArn) => ({ type: 'confirmed' as const, topicArn })),
    ...(state.keys ? [{ type: 'keys' as const, keys: state.keys }] : []),
    ...(state.port > 0 ? [{ type: 'port' as const, port: state.port }] : []),
  ]
}
