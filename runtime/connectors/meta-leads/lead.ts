// A lead of Meta's, as Graph gives it, to a LeadArrival: its answers by name, the ad that it came from, what was agreed to.

import { PURPOSE_PATTERN } from '#machines/contracts/contact.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import type { LeadMapping } from '#machines/contracts/sources.ts'
import type { LeadArrival } from '../arrival.ts'
import { toLead } from '../intake/lead.ts'
import { normalizePhone } from '../phone.ts'
import { touchOfAd } from '../touch.ts'

export interface MetaLeadContext {
  source: { id: string; mapping?: LeadMapping; windowSeconds?: number }
  leadgenId: string
  now: Date
}

const ADS = [
  'ad_id',
  'ad_name',
  'adset_id',
  'adset_name',
  'campaign_id',
  'campaign_name',
  'form_id',
  'platform',
] as const

/**
 * Makes the lead. Nobody at Meta can mend an answer, so a phone or an e-mail that cannot be one stays an answer and is
 * no address; a person without any is known by the lead's id.
 */
export function readMetaLead(lead: JsonObject, context: MetaLeadContext): LeadArrival {
  const answers = answersOf(lead['field_data'])
  const ad = Object.fromEntries(
    ADS.flatMap((key) => (lead[key] === undefined ? [] : [[key, lead[key] as Json]])),
  )
  const consents = consentsOf(lead['custom_disclaimer_responses'])
  const body = { ...answers, ad, disclaimers: consents, form_id: lead['form_id'] ?? null }
  // A nonce may be used once only; this lead may have to be read twice.
  const { nonceKey: _nonceKey, ...arrival } = arrivalOf(body, context)
  const at =
    typeof lead['created_time'] === 'string' ? Date.parse(lead['created_time']) : Number.NaN
  return {
    ...arrival,
    externalId: context.leadgenId,
    dedupeKey: `meta_lead:${context.leadgenId}`,
    occurredAt: (Number.isNaN(at) ? context.now : new Date(at)).toISOString(),
    source: 'meta_leads',
    payload: { ...arrival.payload, ad, source: 'meta_leads', leadgen_id: context.leadgenId },
    contact: withConsents(arrival, consents),
    evidence: { leadgenId: context.leadgenId, formId: lead['form_id'] ?? null },
    touch: touchOfAd(lead),
  }
}

function withConsents({ contact }: LeadArrival, given: JsonObject): LeadArrival['contact'] {
  const agreed = Object.entries(given).filter(
    ([key, said]) => said === true && PURPOSE_PATTERN.test(key),
  )
  if (agreed.length === 0) return contact
  return {
    ...contact,
    consents: { ...(Object.fromEntries(agreed) as Record<string, boolean>), ...contact.consents },
  }
}

function arrivalOf(body: JsonObject, { source, leadgenId, now }: MetaLeadContext): LeadArrival {
  const fields = source.mapping ? body : withAddress(body)
  try {
    return toLead(fields, { source, nonce: leadgenId, now })
  } catch (error) {
    if (!isFluxoError(error)) throw error
    return withoutAddress(body, { source, leadgenId, now })
  }
}

/** Under Meta's names for its standard questions. */
function withAddress(body: JsonObject): JsonObject {
  const { full_name: full, first_name: first, last_name: last, phone_number: phone, ...rest } = body
  const name = full ?? [first, last].filter((part) => typeof part === 'string').join(' ')
  const number = typeof phone === 'string' ? normalizePhone(phone) : null
  const email =
    typeof rest['email'] === 'string' && EMAIL.test(rest['email']) ? rest['email'] : null
  return {
    ...rest,
    ...(typeof name === 'string' && name !== '' && { name: name.slice(0, 300) }),
    ...(number === null ? { phone: null, phone_number: phone ?? null } : { phone: number }),
    email,
    ...(email === null && rest['email'] !== undefined && { email_answer: rest['email'] }),
  }
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

function withoutAddress(
  body: JsonObject,
  { source, leadgenId, now }: MetaLeadContext,
): LeadArrival {
  const externalId = `meta_lead:${leadgenId}`
  const name = body['full_name']
  return {
    type: 'lead',
    sourceId: source.id,
    eventId: null,
    externalId: leadgenId,
    dedupeKey: externalId,
    occurredAt: now.toISOString(),
    source: 'meta_leads',
    address: { externalId },
    contact: { ...(typeof name === 'string' && { name: name.slice(0, 300) }), tags: [] },
    payload: { ...body, tags: [], raw: body },
  }
}

/** One answer is a text, several are a list. */
function answersOf(data: Json | undefined): JsonObject {
  const entries = (Array.isArray(data) ? data : []).flatMap((item): [string, Json][] => {
    if (!isJsonObject(item) || typeof item['name'] !== 'string') return []
    const values = Array.isArray(item['values']) ? item['values'] : []
    return [[item['name'], values.length === 1 ? (values[0] ?? null) : values]]
  })
  return Object.fromEntries(entries)
}

function consentsOf(data: Json | undefined): JsonObject {
  const entries = (Array.isArray(data) ? data : []).flatMap((item): [string, Json][] => {
    if (!isJsonObject(item) || typeof item['checkbox_key'] !== 'string') return []
    return [[item['checkbox_key'], item['is_checked'] === true || item['is_checked'] === '1']]
  })
  return Object.fromEntries(entries)
}
