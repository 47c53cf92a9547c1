// What brought a person here, out of what a lead or a message carries: campaign fields of an address, a click's id, an
// ad that led to WhatsApp.

import { type Touch, TouchSchema } from '#machines/contracts/attribution.ts'
import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'

const LONGEST = 500
const UTM = ['source', 'medium', 'campaign', 'term', 'content'] as const
const CLICKS = ['gclid', 'fbclid', 'ttclid', 'msclkid', 'ctwa_clid'] as const

/** The touch of a lead: `utm: {source}` or `utm_source`, `gclid`, `ad: {ad_id}` or `ad_id`; null without any. */
export function touchOfLead(fields: JsonObject): Touch | null {
  const utm = objectOf(fields['utm'])
  const ad = objectOf(fields['ad'])
  const click = objectOf(fields['click'])
  const clickKind = CLICKS.find((name) => textOf(click[name] ?? fields[name]) !== undefined)
  const adId = textOf(ad['ad_id'] ?? fields['ad_id'])
  const touch = compact({
    ...Object.fromEntries(UTM.map((name) => [name, utm[name] ?? fields[`utm_${name}`]])),
    adId,
    adName: ad['ad_name'] ?? fields['ad_name'],
    adsetId: ad['adset_id'] ?? fields['adset_id'],
    adsetName: ad['adset_name'] ?? fields['adset_name'],
    campaignId: ad['campaign_id'] ?? fields['campaign_id'] ?? utm['id'] ?? fields['utm_id'],
    ...(clickKind && { clickKind, clickId: click[clickKind] ?? fields[clickKind] }),
  })
  if (Object.keys(touch).length === 0) return null
  const rest = compact({
    formId: ad['form_id'] ?? fields['form_id'],
    referrer: fields['referrer'],
    url: fields['landing_page'] ?? fields['page_url'],
  })
  return TouchSchema.parse({ kind: 'link', ...touch, ...rest })
}

/** The touch of a WhatsApp message that an ad or a post opened; null for any other. */
export function touchOfMessage(content: JsonObject): Touch | null {
  const referral = objectOf(content['referral'])
  const touch = compact({
    adId: referral['source_type'] === 'ad' ? referral['source_id'] : undefined,
    clickId: referral['ctwa_clid'],
    url: referral['source_url'],
    headline: referral['headline'],
  })
  if (Object.keys(touch).length === 0) return null
  const clickKind = touch['clickId'] === undefined ? {} : { clickKind: 'ctwa_clid' }
  return TouchSchema.parse({ kind: 'ctwa', source: 'whatsapp', ...clickKind, ...touch })
}

/** The touch of a lead ad: organic leads have no ad. */
export function touchOfAd(lead: JsonObject): Touch {
  const { ad_id: adId, ad_name: adName, adset_id: adsetId, adset_name: adsetName } = lead
  const { campaign_id: campaignId, campaign_name: campaign, form_id: formId } = lead
  const known = compact({ adId, adName, adsetId, adsetName, campaignId, campaign, formId })
  return TouchSchema.parse({ kind: 'meta_ad', source: 'meta', ...known })
}

/** What a purchase was worth, as tenants' tools say it: `value` or `total` or `amount`, and `currency`. */
export function worthOf(payload: JsonObject): { cents: number | null; currency: string | null } {
  const given = payload['value'] ?? payload['total'] ?? payload['amount'] ?? null
  const said = objectOf(given)
  const value = isJsonObject(given) ? (said['value'] ?? said['amount'] ?? null) : given
  const currency = textOf(payload['currency'] ?? said['currency'])?.toUpperCase()
  return {
    cents: centsOf(value),
    currency: currency && /^[A-Z]{3}$/.test(currency) ? currency : null,
  }
}

const MOST_CENTS = 1e15

function centsOf(value: Json): number | null {
  const text = typeof value === 'string' ? plainNumber(value) : value
  const cents = Math.round(Number(text) * 100)
  const isKnown = text !== null && text !== '' && typeof text !== 'boolean'
  return isKnown && Number.isFinite(cents) && Math.abs(cents) < MOST_CENTS ? cents : null
}

/** `1.234,56` and `R$ 99,90` as written in Brazil, `1234.56` as programs write it. */
function plainNumber(text: string): string {
  const digits = text.replaceAll(/[^\d.,-]/g, '')
  return digits.includes(',') && digits.lastIndexOf(',') > digits.lastIndexOf('.')
    ? digits.replaceAll('.', '').replace(',', '.')
    : digits.replaceAll(',', '')
}

function compact(fields: Record<string, Json | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => {
      const text = textOf(value)
      return text === undefined ? [] : [[key, text]]
    }),
  )
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value).trim().slice(0, LONGEST).toWellFormed()
  return text === '' ? undefined : text
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
