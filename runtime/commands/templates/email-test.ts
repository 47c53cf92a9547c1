// A letter that somebody sends to look at it: through the tenant's own channel, past the outbox, counted by nobody.

import type { Pool } from 'pg'
import type { EmailTestReply, EmailTestRequest } from '#machines/contracts/email-templates.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { OpenChannel, OutboundConnector, OutboundEffect } from '../../connectors/connector.ts'
import type { EmailDesk, LetterFacts } from '../../connectors/email/desk.ts'
import { run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'
import { inTenantTransaction } from '../../db/tenant-transaction.ts'
import type { Egress } from '../../egress/egress.ts'
import type { Actor } from '../../face.ts'
import { createId } from '../../ids.ts'
import type { LetterGround } from '../../letters/ground.ts'
import type { DispatchGate } from '../../outbox/gate/gate.ts'
import { writeAudit } from '../audit.ts'
import type { PreviewGround } from './email-preview.ts'

export interface TestSenderOptions {
  pool: Pool
  secretBox: SecretBox
  egress: Egress
  gate: Pick<DispatchGate, 'isOpen'>
  letters: LetterGround
  /** The connector of letters with another desk. */
  outboundFor: (desk: EmailDesk) => OutboundConnector
}

export type SendTest = (
  actor: Actor,
  request: EmailTestRequest,
  ground: PreviewGround,
) => Promise<EmailTestReply>

const TIMEOUT_MS = 25_000
/** Nobody's: what is chosen by its links is nobody's choice. */
const NOBODY = 'cnt_nobody'

export function createTestSender(options: TestSenderOptions): SendTest {
  return async (actor, request, ground) => {
    const { gate, egress, letters, outboundFor } = options
    if (!(await gate.isOpen())) {
      const message = 'Nothing leaves at the moment; see Deliveries'
      throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
    }
    const effect = await effectOf(actor, request, options)
    const desk = deskOf(letters.desk, { request, ground })
    const context = { egress, signal: AbortSignal.timeout(TIMEOUT_MS) }
    const outcome = await outboundFor(desk).perform(effect, context)
    const error = outcome.type === 'accepted' ? null : outcome.error
    return { outcome: outcome.type, error }
  }
}

/** The desk that knows the draft instead of what is kept; whom nothing may be sent to it asks the real one. */
function deskOf(
  real: EmailDesk,
  { request, ground }: { request: EmailTestRequest; ground: PreviewGround },
): EmailDesk {
  const { subject, html, text, language } = request
  const tracking = { opens: false, clicks: false }
  const template = { name: 'test', language, subject, html, text, tracking }
  return {
    links: real.links,
    find: async (effect): Promise<LetterFacts> => {
      const facts = await real.find(effect)
      const contact = ground.contact ?? facts.contact
      return { ...facts, template, partials: ground.partials, contact }
    },
  }
}

async function effectOf(
  actor: Actor,
  request: EmailTestRequest,
  { pool, secretBox }: TestSenderOptions,
): Promise<OutboundEffect> {
  const { tenantId } = actor
  const { to, vars } = request
  const id = createId('effect')
  const channel = await inTenantTransaction(pool, tenantId, async (db) => {
    const [row] = await run<ChannelRow>(db, CHANNEL, [tenantId])
    if (!row) {
      const message = 'There is no channel for e-mail yet; set one up first'
      throw new FluxoError('ACTION_NOT_POSSIBLE', { message })
    }
    await writeAudit(db, actor, {
      id: id.replace(/^eff_/, 'aud_'),
      action: 'send_test_email',
      subject: row.id,
      reason: '',
      details: { to },
    })
    const { ciphertext, ...rest } = row
    const opened: OpenChannel = { ...rest, tenantId, secrets: secretBox.open(tenantId, ciphertext) }
    return opened
  })
  const command = { kind: 'email.send_template', template: 'test', language: null, vars } as const
  return { id, tenantId, contactId: NOBODY, command, to: to.toLowerCase(), channel, template: null }
}

interface ChannelRow {
  id: string
  kind: string
  provider: string
  address: string
  config: JsonObject
  ciphertext: Buffer
}

const CHANNEL = {
  name: 'find_email_channel',
  text: `select c.id, c.kind, c.provider, c.address, c.config_json as config, s.ciphertext
    from channels c join secrets s on s.tenant_id = c.tenant_id and s.id = c.secret_id
    where c.tenant_id = $1 and c.kind = 'email' order by c.created_at limit 1`,
}
