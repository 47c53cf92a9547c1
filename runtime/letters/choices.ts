// What a contact wants to be written to for, as it says by a link of a letter: read for the page, and changed in the
// ledger and for the actor in one transaction. Asking for what is so already changes nothing.

import type { PoolClient } from 'pg'
import type { Consents } from '#machines/contracts/contact.ts'
import { isFreePurpose } from '#machines/run/send-policy.ts'
import { writeConsents } from '../db/consent-ledger.ts'
import { run } from '../db/pool.ts'
import type { ChoiceClaims } from './link-token.ts'
import { tellContact } from './tell-contact.ts'

/** Stands in the ledger for the whole channel. */
export const EMAIL_PURPOSE = 'email'
const CHANNEL = 'email'
const OPT_IN = 'channel.opted_in'
const OPT_OUT = 'channel.opted_out'

export interface Standing {
  contactId: string
  tenantName: string
  /** `pt-BR` or `en`, as the contact or else the tenant speaks. */
  locale: 'pt-BR' | 'en'
  /** False: no letter at all. */
  isReceiving: boolean
  /** Purposes that can be left or joined, sorted; null: nobody said anything yet. */
  purposes: { name: string; granted: boolean | null }[]
}

interface Row {
  contact_id: string
  tenant_name: string
  locale: string
  language: string | null
  consents: Consents
  /** The last word that waits for the actor. */
  pending: string | null
  opted_out: boolean
}

/** Null where the contact is gone. The row stays locked until the transaction ends. */
export async function readStanding(db: PoolClient, claims: ChoiceClaims): Promise<Standing | null> {
  const [row] = await run<Row>(db, READ, [claims.tenantId, claims.contactId])
  if (!row) return null
  const { consents } = row
  const names = new Set([
    ...Object.keys(consents),
    ...(claims.purpose === null ? [] : [claims.purpose]),
  ])
  names.delete(EMAIL_PURPOSE)
  return {
    contactId: row.contact_id,
    tenantName: row.tenant_name,
    locale: /^en/i.test(row.language ?? row.locale) ? 'en' : 'pt-BR',
    isReceiving: row.pending === null ? !row.opted_out : row.pending === OPT_IN,
    purposes: [...names]
      .filter((name) => !isFreePurpose(name))
      .toSorted()
      .map((name) => ({ name, granted: consents[name] ?? null })),
  }
}

export interface Choice {
  /** Left out: as it is. */
  isReceiving?: boolean
  /** Those that are named change. */
  purposes?: Record<string, boolean>
}

export interface ChoiceBy {
  /** `one_click`, `page` */
  way: string
  /** ISO 8601. */
  at: string
}

/** What one click means: the purpose of the letter is left; where it had none, the channel. RFC 8058. */
export function oneClickOf({ purpose }: ChoiceClaims): Choice {
  return purpose === null ? { isReceiving: false } : { purposes: { [purpose]: false } }
}

/** Changes what differs. @returns how it stands then */
export async function storeChoice(
  db: PoolClient,
  claims: ChoiceClaims,
  { choice, by }: { choice: Choice; by: ChoiceBy },
): Promise<Standing | null> {
  const before = await readStanding(db, claims)
  if (!before) return null
  const known = new Map(before.purposes.map(({ name, granted }) => [name, granted]))
  const purposes = Object.entries(choice.purposes ?? {}).filter(
    ([name, granted]) => known.has(name) && known.get(name) !== granted,
  )
  const { isReceiving = before.isReceiving } = choice
  const changes = [
    ...purposes.map(([purpose, granted]) => ({ purpose, granted })),
    ...(isReceiving === before.isReceiving
      ? []
      : [{ purpose: EMAIL_PURPOSE, granted: isReceiving }]),
  ]
  for (const change of changes) await storeChange(db, change, { claims, by, before })
  const said = new Map(purposes)
  return {
    ...before,
    isReceiving,
    purposes: before.purposes.map(({ name, granted }) => ({
      name,
      granted: said.get(name) ?? granted,
    })),
  }
}

async function storeChange(
  db: PoolClient,
  { purpose, granted }: { purpose: string; granted: boolean },
  { claims, by, before }: { claims: ChoiceClaims; by: ChoiceBy; before: Standing },
): Promise<void> {
  const { tenantId, effectId, channelId } = claims
  const { contactId } = before
  const isChannel = purpose === EMAIL_PURPOSE
  const told = { tenantId, contactId, source: 'email', at: by.at }
  const eventId = await tellContact(
    db,
    isChannel
      ? {
          ...told,
          type: granted ? OPT_IN : OPT_OUT,
          payload: { channel: CHANNEL, reason: by.way },
        }
      : { ...told, type: granted ? 'consent.granted' : 'consent.revoked', payload: { purpose } },
  )
  const evidence = { eventId, effectId, channelId, way: by.way }
  await writeConsents(db, [
    { tenantId, contactId, purpose, granted, source: 'email', evidence, at: by.at },
  ])
}

const READ = {
  name: 'read_email_choices',
  text: `select c.id as contact_id, t.name as tenant_name, t.locale, c.consents_json as consents,
      coalesce(c.fields_json->>'language', c.fields_json->>'idioma') as language,
      coalesce(a.state->'optOuts'->>'${CHANNEL}', '') <> '' as opted_out,
      (select b.envelope->>'type' from mailbox b
        where b.tenant_id = c.tenant_id and b.contact_id = c.id and b.envelope->>'type' in ('${OPT_IN}', '${OPT_OUT}')
          and b.envelope->'payload'->>'channel' = '${CHANNEL}'
        order by b.id desc limit 1) as pending
    from contacts given
    join contacts c on c.tenant_id = given.tenant_id and c.id = coalesce(given.merged_into, given.id)
    join tenants t on t.id = c.tenant_id
    left join actor_snapshots a on a.tenant_id = c.tenant_id and a.contact_id = c.id
    where given.tenant_id = $1 and given.id = $2
    for no key update of c`,
}
