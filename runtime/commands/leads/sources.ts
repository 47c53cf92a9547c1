// Sources of leads and events as people set them up: their secrets, their mappings, what they were sent last. All of it
// in transactions of the asking tenant (I9).

import type { SourcesOptions } from './sources-options.ts'
import { randomBytes } from 'node:crypto'
import { FluxoError } from '#machines/contracts/errors.ts'
import type {
  LeadMapping,
  Source,
  SourceCreate,
  SourceEdit,
  SourceSecret,
} from '#machines/contracts/sources.ts'
import { findWrongPath } from '../../connectors/intake/mapping.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face.ts'
import type { SourcesFace } from '../../face/leads.ts'
import { createId } from '../../ids.ts'
import { writeAudit } from '../audit.ts'
import { listPayloads, replayPayload, testMapping } from './source-payloads.ts'
import { getSource, listSources, sourceItem } from './source-records.ts'

/** Creates the commands of sources. */
export function createSources(options: SourcesOptions): SourcesFace {
  const { pool, secretBox, payloads } = options
  const within = <T>(actor: Actor, work: (db: Queryable) => Promise<T>): Promise<T> =>
    inTenantTransaction(pool, actor.tenantId, work)
  const read = async (db: Queryable, actor: Actor, id: string): Promise<Source> =>
    sourceItem(await getSource(db, actor.tenantId, id), secretBox)
  return {
    list: (actor) =>
      within(actor, async (db) => {
        const rows = await listSources(db, actor.tenantId)
        return { items: rows.map((row) => sourceItem(row, secretBox)) }
      }),
    create: (actor, given) =>
      within(actor, async (db) => {
        const { id, secret } = await create(db, { actor, given, secretBox })
        return { source: await read(db, actor, id), secret }
      }),
    edit: (actor, id, edit) =>
      within(actor, async (db) => {
        await change(db, { actor, id, edit })
        return read(db, actor, id)
      }),
    rotate: (actor, id) =>
      within(actor, async (db) => {
        const secret = await rotate(db, { actor, id, secretBox })
        return { source: await read(db, actor, id), secret }
      }),
    finishRotation: (actor, id) =>
      within(actor, async (db) => {
        await finishRotation(db, { actor, id, secretBox })
        return read(db, actor, id)
      }),
    payloads: async (actor, id) => {
      await payloads.flush()
      return within(actor, (db) => listPayloads(db, actor, id))
    },
    test: async (actor, id, request) => {
      await payloads.flush()
      return within(actor, (db) => testMapping(db, { actor, id, request }))
    },
    replay: (actor, id, payloadId) => replayPayload(options, { actor, id, payloadId }),
  }
}

const newSecret = (): string => randomBytes(32).toString('base64url')

async function create(
  db: Queryable,
  { actor, given, secretBox }: { actor: Actor; given: SourceCreate; secretBox: SecretBox },
): Promise<{ id: string; secret: SourceSecret['secret'] }> {
  const { tenantId } = actor
  const [id, secretId, secret] = [createId('source'), createId('secret'), newSecret()]
  const sealed = secretBox.seal(tenantId, { current: secret })
  await run(db, SEAL, [tenantId, secretId, secretBox.keyId, sealed])
  const { type, name, signing, unknownContact } = given
  await run(db, CREATE, [tenantId, id, type, name, signing, unknownContact, secretId])
  await audit(db, actor, { id, action: 'create_source', details: { name, type } })
  return { id, secret }
}

interface Change {
  actor: Actor
  id: string
  edit: SourceEdit
}

async function change(db: Queryable, { actor, id, edit }: Change): Promise<void> {
  const row = await getSource(db, actor.tenantId, id)
  if (edit.mapping) requirePaths(edit.mapping)
  if (edit.mapping && row.type === 'events')
    throw new FluxoError('REQUEST_INVALID', {
      field: 'mapping',
      message: 'A source of events has a form of its own; only leads are mapped',
    })
  await run(db, EDIT, [
    actor.tenantId,
    id,
    edit.name ?? row.name,
    edit.active ?? row.active,
    edit.unknownContact ?? row.unknown_contact,
    edit.windowSeconds ?? row.window_seconds,
    JSON.stringify(edit.mapping === undefined ? row.mapping : edit.mapping),
  ])
  await audit(db, actor, { id, action: 'edit_source', details: { fields: Object.keys(edit) } })
}

/** @throws {FluxoError} REQUEST_INVALID with the rule whose path nobody can read */
export function requirePaths(mapping: LeadMapping): void {
  const wrong = findWrongPath(mapping)
  if (!wrong) return
  const field = `mapping.rules[${wrong.index}].path`
  throw new FluxoError('REQUEST_INVALID', { field, message: `${field}: ${wrong.problem}` })
}

interface Rotation {
  actor: Actor
  id: string
  secretBox: SecretBox
}

/** Both secrets are good until the old one is dropped; the one before the old one is not. */
async function rotate(db: Queryable, { actor, id, secretBox }: Rotation): Promise<string> {
  const { secretId, secret } = await openSecret(db, { actor, id, secretBox })
  const current = newSecret()
  await reseal(db, { actor, secretBox, secretId, secret: { previous: secret, current } })
  await audit(db, actor, { id, action: 'rotate_source_secret', details: {} })
  return current
}

async function finishRotation(db: Queryable, { actor, id, secretBox }: Rotation): Promise<void> {
  const { secretId, secret } = await openSecret(db, { actor, id, secretBox })
  await reseal(db, { actor, secretBox, secretId, secret: { current: secret } })
  await audit(db, actor, { id, action: 'drop_old_source_secret', details: {} })
}

async function openSecret(
  db: Queryable,
  { actor, id, secretBox }: Rotation,
): Promise<{ secretId: string; secret: string }> {
  const { ciphertext, secret_id: secretId } = await getSource(db, actor.tenantId, id)
  const secret = ciphertext && secretBox.open(actor.tenantId, ciphertext)['current']
  if (!secret || secretId === null)
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message: 'This source signs nothing' })
  return { secretId, secret }
}

async function reseal(
  db: Queryable,
  given: {
    actor: Actor
    secretBox: SecretBox
    secretId: string
    secret: Record<string, string>
  },
): Promise<void> {
  const { tenantId } = given.actor
  const sealed = given.secretBox.seal(tenantId, given.secret)
  await run(db, RESEAL, [tenantId, given.secretId, given.secretBox.keyId, sealed])
}

type Deed = { id: string; action: string; details: Parameters<typeof writeAudit>[2]['details'] }

const audit = (db: Queryable, actor: Actor, { id, action, details }: Deed): Promise<void> =>
  writeAudit(db, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action,
    subject: id,
    reason: '',
    details,
  })

const SEAL = {
  name: 'seal_source_secret',
  text: 'insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, $2, $3, $4)',
}

const RESEAL = {
  name: 'reseal_source_secret',
  text: 'update secrets set key_id = $3, ciphertext = $4 where tenant_id = $1 and id = $2',
}

const CREATE = {
  name: 'create_source',
  text: `insert into lead_sources (tenant_id, id, type, name, signing, unknown_contact, secret_id)
    values ($1, $2, $3, $4, $5, $6, $7)`,
}

const EDIT = {
  name: 'edit_source',
  text: `update lead_sources set name = $3, active = $4, unknown_contact = $5, window_seconds = $6,
      mapping_json = nullif($7::jsonb, 'null'::jsonb), updated_at = now()
    where tenant_id = $1 and id = $2`,
}
