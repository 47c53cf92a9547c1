// DKIM: whether letters are signed in the domain's name. RFC 6376. Where a key lies cannot be found out, only asked for.

import { createPublicKey } from 'node:crypto'
import type { DomainProblem } from '#machines/contracts/email-domain.ts'
import type { DomainQuestion } from './question.ts'
import type { Records } from './look-up.ts'

/** Gmail takes no signature by a shorter one. */
const LEAST_BITS = 1024
const GOOD_BITS = 2048

export function checkDkim(
  { domain, providers }: DomainQuestion,
  { dkim }: Records,
): DomainProblem[] {
  if (dkim.length === 0) {
    const record = providers.includes('sendgrid')
      ? {
          name: `s1._domainkey.${domain}`,
          type: 'CNAME' as const,
          value: 's1.domainkey.uXXXXXX.wlXXX.sendgrid.net',
        }
      : null
    return [{ code: 'DKIM_MISSING', level: 'error', detail: '', record }]
  }
  const keys = dkim.map(({ selector, key }) => ({ selector, bits: bitsOf(key) }))
  const revoked = keys.filter(({ bits }) => bits === 0).map(({ selector }) => selector)
  const usable = keys.filter(({ bits }) => bits > 0)
  if (usable.length === 0)
    return [{ code: 'DKIM_REVOKED', level: 'error', detail: revoked.join(', '), record: null }]
  const best = Math.max(...usable.map(({ bits }) => bits))
  if (best >= GOOD_BITS) return []
  return [
    {
      code: 'DKIM_WEAK',
      level: best < LEAST_BITS ? 'error' : 'warning',
      detail: String(best),
      record: null,
    },
  ]
}

/** 0 for a key that was taken back or cannot be read; a short Ed25519 key is as good as a long one of RSA. */
function bitsOf(record: string): number {
  const tags = new Map(
    record.split(';').map((tag) => {
      const [name = '', ...rest] = tag.split('=')
      return [name.trim().toLowerCase(), rest.join('=').replaceAll(/\s/g, '')]
    }),
  )
  const key = tags.get('p') ?? ''
  if (key === '') return 0
  if (tags.get('k')?.toLowerCase() === 'ed25519') return GOOD_BITS
  try {
    const parsed = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
    return parsed.asymmetricKeyDetails?.modulusLength ?? 0
  } catch {
    return 0
  }
}
