// The end of an effect: its outbox row goes, its result becomes an envelope, both in one statement.
// Removing the row is the proof of being first (I2, I6): who finds none has nothing to settle.

import { MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import {
  type EffectError,
  MESSAGE_STATUS_RANK,
  type MessageStatus,
} from '#machines/contracts/event.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { type Queryable, run } from '../../db/pool.ts'
import { toStorable } from '../../db/storable.ts'
import { createId } from '../../ids.ts'
import { CHANNELS } from '../../live/channels.ts'
import { noticeAfterCommit } from '../../live/notices.ts'
import type { EffectJob } from '../queue.ts'
import { SETTLE } from './settle-statement.ts'

export type Result =
  | { type: 'done'; providerMessageId: string | null; output: Json; contact?: JsonObject }
  | {
      type: 'failed'
      error: EffectError
      /** Nobody knows whether the last attempt was taken. */
      isUncertain?: boolean
    }

export interface Settlement {
  tenantId: string
  effectId: string
  /** Token of the claim whose outcome this is; null settles whoever holds it. */
  claimToken: string | null
  result: Result
}

/** What became of a group. */
export interface Settled {
  /** How many of them were still open. */
  count: number
  /** The next of each lane that one of them held up. */
  next: EffectJob[]
}

/** What a result needs beside its output: names, ids, the instant. */
const ENVELOPE_BYTES = 1_000

/**
 * Settles effects inside the caller's transaction, or as one of its own on a pool.
 * @param settlements each effect once
 * @returns how many of them were still open
 * @throws {FluxoError} EVENT_TOO_LARGE
 */
export async function settleEffects(db: Queryable, settlements: Settlement[]): Promise<number> {
  const { count, next } = await settleGroup(db, settlements)
  if (next.length > 0) noticeAfterCommit(db, CHANNELS.outbox)
  return count
}

/** The same for who sends the next of the lanes himself. */
export async function settleGroup(db: Queryable, settlements: Settlement[]): Promise<Settled> {
  if (settlements.length === 0) return { count: 0, next: [] }
  const rows = await run<{ tenant_id: string; next_id: string | null }>(
    db,
    SETTLE,
    valuesOf(settlements),
  )
  if (rows.length > 0) noticeAfterCommit(db, CHANNELS.mailbox)
  const next = rows.flatMap(({ tenant_id: tenantId, next_id: effectId }) =>
    effectId === null ? [] : [{ tenantId, effectId }],
  )
  return { count: rows.length, next }
}

function valuesOf(settlements: Settlement[]): unknown[] {
  const results = settlements.map(({ result }) => writtenOf(result))
  return [
    settlements.map((item) => item.tenantId),
    settlements.map((item) => item.effectId),
    settlements.map((item) => item.claimToken),
    settlements.map(() => createId('event')),
    results.map(({ status }) => MESSAGE_STATUS_RANK[status]),
    results.map(({ status }) => status),
    results.map((result) => result.providerMessageId),
    results.map((result) => result.output),
    results.map((result) => result.contact),
    results.map((result) => result.error),
    results.map((result) => (result.isUncertain ? 1 : 0)),
    new Date().toISOString(),
  ]
}

interface Written {
  status: MessageStatus
  providerMessageId: string | null
  output: string | null
  contact: string | null
  error: string | null
  isUncertain: boolean
}

function writtenOf(result: Result): Written {
  if (result.type === 'failed') {
    // Words of a provider become columns: no NUL, which PostgreSQL refuses, and no endless ones.
    const { code, message } = result.error
    const error = JSON.stringify({ code: toStorable(code), message: toStorable(message) })
    const nothing = { providerMessageId: null, output: null, contact: null }
    return { status: 'failed', ...nothing, error, isUncertain: result.isUncertain ?? false }
  }
  const { providerMessageId } = result
  const output = JSON.stringify(result.output)
  const contact = result.contact ? JSON.stringify(result.contact) : null
  const bytes = ENVELOPE_BYTES + Buffer.byteLength(output) + Buffer.byteLength(contact ?? '')
  if (bytes > MAX_EVENT_BYTES) throw new FluxoError('EVENT_TOO_LARGE')
  return { status: 'accepted', providerMessageId, output, contact, error: null, isUncertain: false }
}

/** A status names an effect: accepted by the provider, or refused by it. */
export async function settleByStatus(
  db: Queryable,
  items: {
    tenantId: string
    effectId: string
    status: { status: MessageStatus; providerMessageId: string; error: EffectError | null }
  }[],
): Promise<void> {
  const settlements = items
    .toSorted((left, right) => (left.effectId < right.effectId ? -1 : 1))
    .map(({ tenantId, effectId, status }) => ({
      tenantId,
      effectId,
      claimToken: null,
      result: resultOf(status),
    }))
  await settleEffects(db, settlements)
}

function resultOf(status: {
  status: MessageStatus
  providerMessageId: string
  error: EffectError | null
}): Result {
  if (status.status === 'failed') {
    return { type: 'failed', error: status.error ?? { code: 'PROVIDER_FAILED', message: '' } }
  }
  const { providerMessageId } = status
  return { type: 'done', providerMessageId, output: { providerMessageId } }
}
