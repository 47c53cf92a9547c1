// What each effect on a contact changes, in the one shape that the statement takes, and what the node gets back.

import type { ContactFacts } from '#machines/contracts/contact.ts'
import type { ContactCommand } from '#machines/contracts/effect.ts'
import type { Json, JsonObject } from '#machines/contracts/json.ts'
import { normalizePhone } from '../../connectors/phone.ts'
import type { ConsentEntry } from '../../db/consent-ledger.ts'

export interface ContactChange {
  /** Null keeps what there is. */
  name: string | null
  phone: string | null
  email: string | null
  tags: string[]
  removedTags: string[]
  fields: JsonObject
  /** Added to the contact's own field `deals`. */
  deals: JsonObject[]
}

const NOTHING: ContactChange = {
  name: null,
  phone: null,
  email: null,
  tags: [],
  removedTags: [],
  fields: {},
  deals: [],
}

export function changeOf(command: ContactCommand, effectId: string): ContactChange {
  switch (command.kind) {
    case 'contact.upsert': {
      const { name, phone, email, tags, fields } = command.patch
      return {
        ...NOTHING,
        name: name ?? null,
        phone: phone ? normalizePhone(phone) : null,
        email: email?.trim().toLowerCase() ?? null,
        tags: tags ?? [],
        fields: fields ?? {},
      }
    }
    case 'tag.add':
      return { ...NOTHING, tags: command.tags }
    case 'tag.remove':
      return { ...NOTHING, removedTags: command.tags }
    case 'crm.create_deal':
      return { ...NOTHING, deals: [dealOf(command, effectId)] }
  }
}

/** What a workflow notes of consent, with the effect as its evidence. */
export function consentsOf(row: {
  id: string
  tenant_id: string
  contact_id: string
  command: ContactCommand
}): ConsentEntry[] {
  const { id: effectId, tenant_id: tenantId, contact_id: contactId, command } = row
  if (command.kind !== 'contact.upsert') return []
  const told = { tenantId, contactId, source: 'workflow', evidence: { effectId }, at: null }
  return Object.entries(command.patch.consents ?? {}).map(([purpose, granted]) => {
    return { ...told, purpose, granted }
  })
}

/** The node's result: the tags after it, the deal with its id, or the contact. */
export function outputOf(
  command: ContactCommand | undefined,
  effectId: string,
  contact: ContactFacts,
): Json {
  if (command?.kind === 'crm.create_deal') return dealOf(command, effectId)
  if (command?.kind === 'tag.add' || command?.kind === 'tag.remove') return { tags: contact.tags }
  return { ...contact }
}

/** The effect's id is the deal's: the same deal is never noted under two. */
function dealOf(
  { deal }: Extract<ContactCommand, { kind: 'crm.create_deal' }>,
  effectId: string,
): JsonObject {
  return { id: effectId, ...deal }
}
