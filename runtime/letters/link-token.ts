// What a link of a letter carries: whose it is, sealed with keys of the installation, so that nobody reads it, makes one
// or turns one kind into another. The same content gives the same token: a letter that is sent again has the same links.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { z } from 'zod'

interface Whose {
  tenantId: string
  contactId: string
  effectId: string
}

/** Of a link by which the contact says what it wants. */
export interface ChoiceClaims extends Whose {
  channelId: string
  /** What the letter was for; null: nobody said. */
  purpose: string | null
}

/** Of a pixel. */
export interface OpenClaims extends Whose {
  template: string | null
  /** Seconds since 1970. */
  sentAt: number
}

/** Of a link that somebody wrote into the letter. */
export interface ClickClaims extends OpenClaims {
  url: string
}

export interface LinkClaims {
  choice: ChoiceClaims
  open: OpenClaims
  click: ClickClaims
}

export interface LinkTokens {
  make<Kind extends keyof LinkClaims>(kind: Kind, claims: LinkClaims[Kind]): string
  /** Null for everything that this installation has not made for this kind. */
  read<Kind extends keyof LinkClaims>(kind: Kind, token: string): LinkClaims[Kind] | null
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
const MAX_TOKEN = 8_000
const TOKEN = /^[A-Za-z0-9_-]+$/

const id = z.string().min(1).max(200)
const opened = [id, id, id, z.string().nullable(), z.number()] as const
/** Lists and not objects: every byte stands in each link of a letter. */
const FORMS = {
  choice: z
    .tuple([id, id, id, id, z.string().nullable()])
    .transform(([tenantId, contactId, effectId, channelId, purpose]): ChoiceClaims => {
      return { tenantId, contactId, effectId, channelId, purpose }
    }),
  open: z
    .tuple(opened)
    .transform(([tenantId, contactId, effectId, template, sentAt]): OpenClaims => {
      return { tenantId, contactId, effectId, template, sentAt }
    }),
  click: z
    .tuple([...opened, z.string()])
    .transform(([tenantId, contactId, effectId, template, sentAt, url]): ClickClaims => {
      return { tenantId, contactId, effectId, template, sentAt, url }
    }),
}

/** @param masterKey 32 bytes; from it the keys are derived (RFC 5869), which no link holds */
export function createLinkTokens(masterKey: Buffer): LinkTokens {
  const keyOf = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey, '', `fluxolab-email-links-${use}`, 32))
  const keys = { seal: keyOf('seal'), nonce: keyOf('nonce') }
  return {
    make: (kind, claims) => seal(keys, kind, Buffer.from(JSON.stringify(LISTS[kind](claims)))),
    read: (kind, token) => {
      const text = open(keys.seal, kind, token)
      if (text === null) return null
      const parsed = FORMS[kind].safeParse(text)
      return parsed.success ? (parsed.data as never) : null
    },
  }
}

const LISTS: { [Kind in keyof LinkClaims]: (claims: LinkClaims[Kind]) => unknown[] } = {
  choice: ({ tenantId, contactId, effectId, channelId, purpose }) => {
    return [tenantId, contactId, effectId, channelId, purpose]
  },
  open: openedOf,
  click: (claims) => [...openedOf(claims), claims.url],
}

function openedOf({ tenantId, contactId, effectId, template, sentAt }: OpenClaims): unknown[] {
  return [tenantId, contactId, effectId, template, sentAt]
}

/** The nonce is a function of the content (as in RFC 8452), so that no two contents share one. */
function seal(keys: { seal: Buffer; nonce: Buffer }, kind: string, content: Buffer): string {
  const nonce = createHmac('sha256', keys.nonce)
    .update(kind)
    .update('\0')
    .update(content)
    .digest()
    .subarray(0, NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keys.seal, nonce).setAAD(Buffer.from(kind))
  const body = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
}

function open(key: Buffer, kind: string, token: string): unknown {
  if (token.length > MAX_TOKEN || !TOKEN.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
    decipher.setAAD(Buffer.from(kind))
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    const body = Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ])
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return null
  }
}
