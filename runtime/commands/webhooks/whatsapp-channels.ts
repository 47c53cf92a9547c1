// WhatsApp numbers by the provider's phone number id, with what verifies their webhooks.

import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { isSigned } from '../../connectors/signature.ts'
import { run } from '../../db/pool.ts'
import type { SecretBox } from '../../db/secret-box.ts'

const TTL_MS = 5_000
/** A body that says not whose it is is held against so many secrets; one platform signs with one or two. */
const MOST_SIGNERS = 8

export interface WhatsAppChannel {
  id: string
  tenantId: string
  phoneNumberId: string
  /** Meta's id of the WhatsApp Business account; null where the tenant has not said it. */
  wabaId: string | null
  /** Digits of the number as people know it. */
  displayPhone: string
  /** Two during a rotation. */
  appSecrets: string[]
  verifyToken: string
}

interface ChannelRow {
  id: string
  tenant_id: string
  address: string
  waba_id: string | null
  display_address: string | null
  ciphertext: Buffer
}

export interface WhatsAppChannels {
  /** The channels of these numbers; unknown numbers are left out. */
  find(phoneNumberIds: string[]): Promise<WhatsAppChannel[]>
  /** The channels whose secret signed these bytes. */
  findSigners(rawBody: Buffer, signature: unknown): Promise<WhatsAppChannel[]>
  /** The first of them; null when there is none, or they are of several tenants. */
  findSigner(rawBody: Buffer, signature: unknown): Promise<WhatsAppChannel | null>
  /** The token if a channel has it, else an empty one, which never matches. */
  findVerifyToken(token: string | undefined): Promise<string>
}

/** Creates the look-up. */
export function createWhatsAppChannels(pool: Pool, secretBox: SecretBox): WhatsAppChannels {
  const known = new LRUCache<string, WhatsAppChannel>({ max: 10_000, ttl: TTL_MS })
  const all = new LRUCache<'all', WhatsAppChannel[]>({ max: 1, ttl: TTL_MS })
  const channelOf = (row: ChannelRow): WhatsAppChannel => {
    const secret = secretBox.open(row.tenant_id, row.ciphertext)
    return {
      id: row.id,
      tenantId: row.tenant_id,
      phoneNumberId: row.address,
      wabaId: row.waba_id,
      displayPhone: row.display_address?.replaceAll(/\D/g, '') ?? '',
      appSecrets: [secret['appSecret'], secret['previousAppSecret']].filter(
        (value) => value !== undefined,
      ),
      verifyToken: secret['verifyToken'] ?? '',
    }
  }
  const readAll = async (): Promise<WhatsAppChannel[]> =>
    (await run<ChannelRow>(pool, ALL)).map(channelOf)

  const findSigners: WhatsAppChannels['findSigners'] = async (rawBody, signature) => {
    if (typeof signature !== 'string' || signature === '') return []
    const channels = all.get('all') ?? (await readAll())
    all.set('all', channels)
    const secrets = [...new Set(channels.flatMap(({ appSecrets }) => appSecrets))]
    const signing = secrets
      .slice(0, MOST_SIGNERS)
      .filter((secret) => isSigned(signature, [rawBody], [secret]))
    return channels.filter(({ appSecrets }) =>
      appSecrets.some((secret) => signing.includes(secret)),
    )
  }

  return {
    find: async (phoneNumberIds) => {
      const missing = phoneNumberIds.filter((id) => !known.has(id) && !id.includes('\0'))
      if (missing.length > 0) {
        for (const row of await run<ChannelRow>(pool, BY_NUMBER, [missing])) {
          known.set(row.address, channelOf(row))
        }
      }
      return phoneNumberIds.flatMap((id) => known.get(id) ?? [])
    },
    findSigners,
    findSigner: async (rawBody, signature) => {
      const [first, ...others] = await findSigners(rawBody, signature)
      const isClear = others.every(({ tenantId }) => tenantId === first?.tenantId)
      return first && isClear ? first : null
    },
    findVerifyToken: async (token) => {
      if (!token) return ''
      return (await readAll()).find((channel) => channel.verifyToken === token)?.verifyToken ?? ''
    },
  }
}

const COLUMNS = `select c.id, c.tenant_id, c.address, c.config_json->>'wabaId' as waba_id, c.display_address,
    s.ciphertext from channels c
  join secrets s on s.tenant_id = c.tenant_id and s.id = c.secret_id where c.kind = 'whatsapp'`

const BY_NUMBER = { name: 'whatsapp_by_number', text: `${COLUMNS} and c.address = any($1::text[])` }

/** Meta asks for its token once per subscription, so opening every channel is no burden. */
const ALL = { name: 'whatsapp_all', text: COLUMNS }
