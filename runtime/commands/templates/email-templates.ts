// E-mail templates as people write them: kept as soon as they can be rendered, previewed, tried on an address.

import type { PoolClient } from 'pg'
import type {
  EmailPartial,
  EmailTemplate,
  EmailTemplateSave,
} from '#machines/contracts/email-templates.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { compileLetter } from '#machines/letters/compile-letter.ts'
import { partialsIn } from '#machines/letters/partials.ts'
import { run } from '../../db/pool.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Actor } from '../../face.ts'
import type { EmailTemplatesFace } from '../../face/email.ts'
import { createId } from '../../ids.ts'
import { htmlToText } from '../../letters/html-to-text.ts'
import type { LetterGround } from '../../letters/ground.ts'
import { writeAudit } from '../audit.ts'
import { type PreviewGround, previewLetter } from './email-preview.ts'
import {
  findPartials,
  findTemplates,
  isSent,
  keepPartial,
  keepTemplate,
  removePartial,
  removeTemplate,
} from './email-template-rows.ts'
import { createTestSender, type TestSenderOptions } from './email-test.ts'

export type EmailTemplatesOptions = TestSenderOptions & { letters: LetterGround }

export function createEmailTemplates(options: EmailTemplatesOptions): EmailTemplatesFace {
  const { pool, letters } = options
  const within = <T>({ tenantId }: Actor, work: (db: PoolClient) => Promise<T>): Promise<T> =>
    inTenantTransaction(pool, tenantId, work)
  const groundFor = (actor: Actor, contactId: string | undefined): Promise<PreviewGround> =>
    within(actor, (db) => readGround(db, actor, { contactId, letters }))
  const sendTest = createTestSender(options)
  return {
    list: async (actor) => {
      const all = await within(actor, (db) => findTemplates(db, actor.tenantId, null))
      return {
        items: all.map(({ html: _html, text: _text, tracking: _tracking, ...item }) => item),
      }
    },
    get: (actor, id) => within(actor, (db) => getTemplate(db, actor, id)),
    save: (actor, template) => within(actor, (db) => save(db, actor, template)),
    remove: (actor, id) => within(actor, (db) => remove(db, actor, id)),
    preview: async (actor, request) =>
      previewLetter(request, await groundFor(actor, request.contactId)),
    sendTest: async (actor, request) =>
      sendTest(actor, request, await groundFor(actor, request.contactId)),
    partials: async (actor) => ({
      items: await within(actor, (db) => findPartials(db, actor.tenantId)),
    }),
    savePartial: (actor, partial) => within(actor, (db) => savePartial(db, actor, partial)),
    removePartial: (actor, name) => within(actor, (db) => dropPartial(db, actor, name)),
  }
}

async function getTemplate(
  db: PoolClient,
  { tenantId }: Actor,
  id: string,
): Promise<EmailTemplate> {
  const [template] = await findTemplates(db, tenantId, id)
  if (!template) throw new FluxoError('RESOURCE_NOT_FOUND')
  return template
}

async function partialsOf(db: PoolClient, tenantId: string): Promise<Record<string, string>> {
  const partials = await findPartials(db, tenantId)
  return Object.fromEntries(partials.map(({ name, html }) => [name, html]))
}

async function save(
  db: PoolClient,
  actor: Actor,
  template: EmailTemplateSave,
): Promise<EmailTemplate> {
  const made = compileLetter(template, await partialsOf(db, actor.tenantId))
  if (!made.ok) throw invalid(made.problems[0])
  const text = template.text || htmlToText(template.html)
  const { variables } = made.letter
  const id = await keepTemplate(db, actor.tenantId, { template, text, variables })
  await audit(db, actor, { action: 'save_email_template', subject: id, name: template.name })
  return getTemplate(db, actor, id)
}

async function remove(db: PoolClient, actor: Actor, id: string): Promise<void> {
  const { name } = await getTemplate(db, actor, id)
  if (await isSent(db, actor.tenantId, name)) {
    const message = `A published workflow sends ${name}; publish it without that first`
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  await removeTemplate(db, actor.tenantId, id)
  await audit(db, actor, { action: 'remove_email_template', subject: id, name })
}

/** What renders it must still be rendered afterwards: a circle shows here. */
async function savePartial(
  db: PoolClient,
  actor: Actor,
  partial: EmailPartial,
): Promise<EmailPartial> {
  const { name, html } = partial
  const partials = { ...(await partialsOf(db, actor.tenantId)), [name]: html }
  const made = compileLetter({ subject: '', html: `{% render '${name}' %}` }, partials)
  if (!made.ok) throw invalid(made.problems[0])
  // Liquid reads a partial when it is rendered; its own problems are told now.
  const alone = compileLetter({ subject: '', html }, partials)
  if (!alone.ok) throw invalid(alone.problems[0])
  await keepPartial(db, actor.tenantId, partial)
  await audit(db, actor, { action: 'save_email_partial', subject: name, name })
  return partial
}

async function dropPartial(db: PoolClient, actor: Actor, name: string): Promise<void> {
  const templates = await findTemplates(db, actor.tenantId, null)
  const partials = await findPartials(db, actor.tenantId)
  const sources = [
    ...templates.flatMap(({ name: by, subject, html, text }) =>
      [subject, html, text ?? ''].map((source) => ({ by, source })),
    ),
    ...partials.map(({ name: by, html: source }) => ({ by, source })),
  ]
  const user = sources.find(({ source }) => {
    const found = partialsIn(source)
    return 'names' in found && found.names.includes(name)
  })
  if (user) {
    const message = `${user.by} renders it; take it out there first`
    throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
  }
  if (!(await removePartial(db, actor.tenantId, name))) throw new FluxoError('RESOURCE_NOT_FOUND')
  await audit(db, actor, { action: 'remove_email_partial', subject: name, name })
}

async function readGround(
  db: PoolClient,
  { tenantId }: Actor,
  { contactId, letters }: { contactId: string | undefined; letters: LetterGround },
): Promise<PreviewGround> {
  const [row] = await run<{ zone: string; contact: JsonObject | null }>(db, GROUND, [
    tenantId,
    contactId ?? null,
  ])
  if (!row || (contactId !== undefined && !row.contact)) throw new FluxoError('RESOURCE_NOT_FOUND')
  // Of nobody: who tries the link in a preview leaves nothing.
  const nobody = {
    tenantId,
    contactId: 'cnt_nobody',
    effectId: 'eff_preview',
    channelId: 'chn_none',
  }
  return {
    partials: await partialsOf(db, tenantId),
    contact: row.contact,
    choiceUrl: letters.links.choice({ ...nobody, purpose: null }),
    zone: row.zone,
    now: new Date(),
  }
}

function invalid(problem: { field: string; message: string } | undefined): FluxoError {
  const { field = 'html', message = 'It cannot be rendered' } = problem ?? {}
  return new FluxoError('REQUEST_INVALID', { field, message: `${field}: ${message}` })
}

async function audit(
  db: PoolClient,
  actor: Actor,
  { action, subject, name }: { action: string; subject: string; name: string },
): Promise<void> {
  const id = createId('event').replace(/^evt_/, 'aud_')
  await writeAudit(db, actor, { id, action, subject, reason: '', details: { name } })
}

const GROUND = {
  name: 'read_email_preview_ground',
  text: `select t.zone, (
      select json_build_object('name', c.name, 'email', c.email, 'phone', c.phone_e164, 'tags', c.tags,
        'fields', c.fields_json)
      from contacts c where c.tenant_id = $1 and c.id = $2::text) as contact
    from tenants t where t.id = $1`,
}
