// Correcting a dead letter before it is sent or applied again. Whom it is for, what it is and what for stay as they
// were: a correction must not become another message.

import type { LetterDetail, LetterEdit } from '#machines/contracts/deliveries.ts'
import { CommandSchema } from '#machines/contracts/command-schema.ts'
import type { Command } from '#machines/contracts/effect.ts'
import { type Envelope, MAX_EVENT_BYTES } from '#machines/contracts/envelope.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import { type JsonObject, isJsonObject } from '#machines/contracts/json.ts'
import { editablePayload } from '#machines/contracts/payload-schema.ts'
import type { z } from 'zod'
import { type Queryable, run } from '../../db/pool.ts'
import { createId } from '../../ids.ts'
import type { Actor } from '../../face.ts'
import { writeAudit } from '../audit.ts'
import { contentOf, getLetter, type LetterBody } from './delivery-letters.ts'

interface Correction {
  actor: Actor
  id: string
  edit: LetterEdit
}

/**
 * Keeps the corrected content; the first form stays beside it.
 * @throws {FluxoError} RESOURCE_NOT_FOUND, ACTION_NOT_POSSIBLE, REQUEST_INVALID with the field, EVENT_TOO_LARGE
 */
export async function editLetter(
  db: Queryable,
  { actor, id, edit }: Correction,
): Promise<LetterDetail> {
  const [row] = await run<{ body: LetterBody; is_open: boolean }>(db, LOCK, [actor.tenantId, id])
  if (!row) throw new FluxoError('RESOURCE_NOT_FOUND')
  if (!row.is_open) refuse('It is resolved and cannot be changed any more')
  const body = corrected(row.body, edit.content)
  await run(db, KEEP, [actor.tenantId, id, JSON.stringify(body)])
  await writeAudit(db, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action: 'edit_dead_letter',
    subject: id,
    reason: edit.reason,
    details: { before: auditable(contentOf(row.body)), after: auditable(contentOf(body)) },
  })
  return getLetter(db, actor, id)
}

/** What cannot be applied may hold what the audit log cannot keep: a NUL. */
function auditable(content: JsonObject): JsonObject {
  const without = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? value.replaceAll('\0', '') : value
  return JSON.parse(JSON.stringify(content, without)) as JsonObject
}

function corrected(body: LetterBody, content: JsonObject): LetterBody {
  return 'command' in body
    ? { ...body, command: correctedCommand(body.command, content) }
    : correctedEnvelope(body, content)
}

/** Neither another kind nor another purpose: what the person agreed to was this one. */
function correctedCommand(before: Command, content: JsonObject): Command {
  requireSame(before as unknown as JsonObject, content, ['kind', 'purpose'])
  return read(CommandSchema, content)
}

const MESSAGE_IDENTITY = ['channel', 'channelId', 'messageId', 'providerMessageId', 'sentAt']

function correctedEnvelope(before: Envelope, content: JsonObject): Envelope {
  const schema = editablePayload(before.type)
  if (!schema) refuse('The platform tells this by itself; it can only be tried again or left out')
  if (before.type === 'message.received') requireSame(before.payload, content, MESSAGE_IDENTITY)
  const envelope = { ...before, payload: read(schema, content) }
  if (Buffer.byteLength(JSON.stringify(envelope)) > MAX_EVENT_BYTES) {
    throw new FluxoError('EVENT_TOO_LARGE', { field: 'content' })
  }
  return envelope
}

function requireSame(before: JsonObject, after: JsonObject, fields: string[]): void {
  const changed = fields.find((field) => before[field] !== after[field])
  if (changed === undefined) return
  const field = `content.${changed}`
  throw new FluxoError('REQUEST_INVALID', { field, message: `${field}: stays as it was` })
}

function read<T>(schema: z.ZodType<T>, content: JsonObject): T {
  if (!isJsonObject(content)) refuse('The content has to be an object')
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const details = parsed.error.issues.map(({ path, message }) => ({
    field: ['content', ...path.map(String)].join('.'),
    message,
  }))
  const [first] = details
  throw new FluxoError('REQUEST_INVALID', {
    ...(first && { field: first.field, message: `${first.field}: ${first.message}` }),
    details,
  })
}

function refuse(message: string): never {
  throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
}

const LOCK = {
  name: 'lock_dead_letter',
  text: `select body, resolved_at is null as is_open from dead_letters
    where tenant_id = $1 and id = $2 for update`,
}

const KEEP = {
  name: 'keep_edited_letter',
  text: `update dead_letters set original = coalesce(original, body), body = $3::json
    where tenant_id = $1 and id = $2`,
}
