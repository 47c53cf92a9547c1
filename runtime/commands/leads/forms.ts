// Forms as people build them, and as the public opens and sends them.

import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { FormCreate, FormDefinition, FormEdit } from '#machines/contracts/forms.ts'
import { type Queryable, run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face.ts'
import type { FormsFace } from '../../face/leads.ts'
import { createId } from '../../ids.ts'
import { writeAudit } from '../audit.ts'
import { createFormIntake, type FormIntakeOptions } from '../webhooks/form-intake.ts'
import { formItem, getForm, listForms } from './form-records.ts'

export interface FormsOptions extends FormIntakeOptions {
  /** For people. */
  pool: Pool
}

/** Creates the commands of forms. */
export function createForms(options: FormsOptions): FormsFace {
  const { pool, secretBox } = options
  const within = <T>(actor: Actor, work: (db: Queryable) => Promise<T>): Promise<T> =>
    inTenantTransaction(pool, actor.tenantId, work)
  const read = async (db: Queryable, actor: Actor, id: string) =>
    formItem(await getForm(db, actor.tenantId, id), secretBox)
  const { face, forget } = createFormIntake(options)
  return {
    ...face,
    list: (actor) =>
      within(actor, async (db) => ({
        items: (await listForms(db, actor.tenantId)).map((row) => formItem(row, secretBox)),
      })),
    get: (actor, id) => within(actor, (db) => read(db, actor, id)),
    create: (actor, given) =>
      within(actor, async (db) => read(db, actor, await create(db, { actor, given, secretBox }))),
    edit: async (actor, id, edit) => {
      const form = await within(actor, async (db) => {
        await change(db, { actor, id, edit, secretBox })
        return read(db, actor, id)
      })
      forget(id)
      return form
    },
  }
}

interface Creation {
  actor: Actor
  given: FormCreate
  secretBox: SecretBox
}

async function create(db: Queryable, { actor, given, secretBox }: Creation): Promise<string> {
  const { tenantId } = actor
  const { name, key, definition, captchaSecret } = given
  requireCaptchaSecret(definition, captchaSecret !== undefined)
  const [taken] = await run(db, TAKEN, [tenantId, key])
  if (taken)
    throw new FluxoError('REQUEST_INVALID', { field: 'key', message: `There is a form ${key}` })
  const token = randomBytes(32).toString('base64url')
  const secret = { token, ...(captchaSecret !== undefined && { captcha: captchaSecret }) }
  const [id, sourceId, secretId] = [createId('form'), createId('source'), createId('secret')]
  await run(db, SEAL, [tenantId, secretId, secretBox.keyId, secretBox.seal(tenantId, secret)])
  await run(db, SOURCE, [tenantId, sourceId, name])
  const definitionText = JSON.stringify(definition)
  await run(db, CREATE, [tenantId, id, sourceId, key, name, definitionText, secretId])
  await audit(db, actor, { id, action: 'create_form' })
  return id
}

interface Change {
  actor: Actor
  id: string
  edit: FormEdit
  secretBox: SecretBox
}

/** A change of what is shown is a new version: consents say which one they were given on. */
async function change(db: Queryable, { actor, id, edit, secretBox }: Change): Promise<void> {
  const { tenantId } = actor
  const row = await getForm(db, tenantId, id)
  const secret = secretBox.open(tenantId, row.ciphertext)
  const { captchaSecret, definition } = edit
  if (definition)
    requireCaptchaSecret(definition, (captchaSecret ?? secret['captcha']) !== undefined)
  if (captchaSecret !== undefined) {
    const sealed = secretBox.seal(tenantId, { ...secret, captcha: captchaSecret })
    await run(db, RESEAL, [tenantId, row.secret_id, secretBox.keyId, sealed])
  }
  const name = edit.name ?? row.name
  const given = definition && JSON.stringify(definition)
  await run(db, EDIT, [tenantId, id, name, edit.active ?? row.active, given ?? null])
  await run(db, EDIT_SOURCE, [
    tenantId,
    row.source_id,
    name,
    edit.windowSeconds ?? row.window_seconds,
  ])
  await audit(db, actor, { id, action: 'edit_form' })
}

/** It would fail closed, and nobody could send anything. */
function requireCaptchaSecret({ captcha }: FormDefinition, isKnown: boolean): void {
  if (!captcha || isKnown) return
  const message = 'A captcha needs its secret key'
  throw new FluxoError('REQUEST_INVALID', { field: 'captchaSecret', message })
}

const audit = (
  db: Queryable,
  actor: Actor,
  { id, action }: { id: string; action: string },
): Promise<void> =>
  writeAudit(db, actor, {
    id: createId('event').replace(/^evt_/, 'aud_'),
    action,
    subject: id,
    reason: '',
    details: {},
  })

const TAKEN = {
  name: 'is_form_key_taken',
  text: 'select 1 from forms where tenant_id = $1 and key = $2',
}

const SEAL = {
  name: 'seal_form_secret',
  text: 'insert into secrets (tenant_id, id, key_id, ciphertext) values ($1, $2, $3, $4)',
}

const RESEAL = {
  name: 'reseal_form_secret',
  text: 'update secrets set key_id = $3, ciphertext = $4 where tenant_id = $1 and id = $2',
}

const SOURCE = {
  name: 'create_form_source',
  text: `insert into lead_sources (tenant_id, id, type, name) values ($1, $2, 'form', $3)`,
}

const CREATE = {
  name: 'create_form',
  text: `insert into forms (tenant_id, id, source_id, key, name, definition_json, secret_id)
    values ($1, $2, $3, $4, $5, $6, $7)`,
}

const EDIT = {
  name: 'edit_form',
  text: `update forms set name = $3, active = $4, definition_json = coalesce($5::jsonb, definition_json),
      version = version + case when $5::jsonb is distinct from definition_json and $5 is not null then 1 else 0 end,
      updated_at = now()
    where tenant_id = $1 and id = $2`,
}

const EDIT_SOURCE = {
  name: 'edit_form_source',
  text: `update lead_sources set name = $3, window_seconds = $4, updated_at = now()
    where tenant_id = $1 and id = $2`,
}
