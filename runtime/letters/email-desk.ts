// What a letter needs from the records, in one question right before it leaves: whom nothing may be sent to, the facts
// of the contact, the template with its partials, the letter that is answered.

import type { Pool } from 'pg'
import type { Consents } from '#machines/contracts/contact.ts'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { OutboundEffect } from '../connectors/connector.ts'
import type { EmailDesk, LetterFacts, LetterThread } from '../connectors/email/desk.ts'
import { run } from '../db/pool.ts'
import type { LetterLinks } from './letter-links.ts'

/** What a template keeps beside its text. */
export interface LetterMeta {
  subject: string
  html: string
  text: string | null
  tracking: { opens: boolean; clicks: boolean }
}

interface FactsRow {
  suppression: { reason: string; since: string } | null
  contact: JsonObject | null
  consents: Consents | null
  template: ({ name: string; language: string } & LetterMeta) | null
  partials: Record<string, string> | null
  thread: { messageId: string | null; references: unknown; subject: string | null } | null
  zone: string
  locale: string
}

export function createEmailDesk(pool: Pool, links: LetterLinks): EmailDesk {
  return {
    links,
    find: async (effect) => {
      const { tenantId, contactId, to, command } = effect
      const [row] = await run<FactsRow>(pool, FACTS, [
        tenantId,
        contactId,
        to.toLowerCase(),
        ...templateOf(command),
        command.kind === 'message.send_text',
      ])
      if (!row) throw new FluxoError('INTERNAL', { message: 'The tenant is gone' })
      return factsOf(row, effect)
    },
  }
}

function templateOf(command: OutboundEffect['command']): [string | null, string | null] {
  return command.kind === 'email.send_template'
    ? [command.template, command.language]
    : [null, null]
}

function factsOf(row: FactsRow, { to }: OutboundEffect): LetterFacts {
  const { suppression, template, zone, locale } = row
  return {
    suppression,
    template,
    zone,
    locale,
    contact: row.contact ?? { name: null, email: to },
    consents: row.consents ?? {},
    partials: row.partials ?? {},
    thread: threadOf(row.thread),
  }
}

function threadOf(given: FactsRow['thread']): LetterThread | null {
  if (!given?.messageId) return null
  const { messageId, references, subject } = given
  const ids = Array.isArray(references) ? references.filter((id) => typeof id === 'string') : []
  return { messageId, references: ids, subject: subject ?? '' }
}

/** $1 tenant, $2 contact, $3 address, $4 template and $5 its language or null, $6 whether it answers. */
const FACTS = {
  name: 'find_letter_facts',
  text: `select t.zone, t.locale,
      (select json_build_object('reason', s.reason, 'since', s.created_at)
        from email_suppressions s where s.tenant_id = $1 and s.email = $3) as suppression,
      (select json_build_object('name', c.name, 'email', c.email, 'phone', c.phone_e164, 'tags', c.tags,
          'fields', c.fields_json)
        from contacts c where c.tenant_id = $1 and c.id = $2) as contact,
      (select c.consents_json from contacts c where c.tenant_id = $1 and c.id = $2) as consents,
      l.template,
      case when l.template::text like '%render%' then (
        select json_object_agg(p.name, p.html) from email_partials p where p.tenant_id = $1) end as partials,
      case when $6::bool then (
        select json_build_object('messageId', coalesce(m.content_json->>'messageId', m.provider_msg_id),
          'references', m.content_json->'references', 'subject', m.content_json->>'subject')
        from messages m
        where m.tenant_id = $1 and m.contact_id = $2 and m.channel = 'email' and m.direction = 'in'
        order by m.created_at desc limit 1) end as thread
    from tenants t
    left join lateral (
      select json_build_object('name', e.name, 'language', e.language, 'subject', e.meta_json->>'subject',
        'html', e.meta_json->>'html', 'text', e.meta_json->>'text', 'tracking', e.meta_json->'tracking') as template
      from templates e
      where e.tenant_id = $1 and e.kind = 'email' and e.name = $4::text and e.language = coalesce($5::text, e.language)
        and e.meta_json ? 'html'
      order by e.language limit 1) l on true
    where t.id = $1`,
}
