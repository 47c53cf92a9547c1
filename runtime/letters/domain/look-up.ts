// The records that a sender's domain has, asked for side by side.

import type { Resolver } from 'node:dns/promises'
import type { DomainQuestion } from './question.ts'

/** The part of Node's resolver that is needed. */
export type DnsResolver = Pick<Resolver, 'resolveTxt' | 'resolveCname' | 'resolveMx'>

export interface Records {
  /** TXT records of the domain that begin as SPF does. */
  spf: string[]
  dmarc: string[]
  dkim: { selector: string; type: 'TXT' | 'CNAME'; value: string; key: string }[]
  mx: string[]
}

/** Where the usual senders keep their keys: SendGrid, Google, Microsoft, Mailchimp, Zoho, and by custom. */
const SELECTORS = 's1 s2 google selector1 selector2 k1 k2 k3 default mail dkim zoho fluxo'.split(
  ' ',
)
const NOTHING = new Set(['ENOTFOUND', 'ENODATA', 'NOTFOUND', 'NODATA'])

/** Null where DNS does not answer at all. */
export async function lookUp(
  { domain, selectors }: DomainQuestion,
  resolver: DnsResolver,
): Promise<Records | null> {
  const names = [...new Set([...selectors, ...SELECTORS])]
  try {
    const [txt, dmarc, mx, ...dkim] = await Promise.all([
      textsAt(domain, resolver),
      textsAt(`_dmarc.${domain}`, resolver),
      emptyFor(resolver.resolveMx(domain)),
      ...names.map((selector) => keyAt(selector, domain, resolver)),
    ])
    return {
      spf: txt.filter((text) => /^v=spf1(\s|$)/i.test(text)),
      dmarc: dmarc.filter((text) => /^v=DMARC1\s*(;|$)/i.test(text)),
      dkim: dkim.flat(),
      // A single dot: it takes none, RFC 7505.
      mx: mx
        .filter(({ exchange }) => exchange !== '')
        .map(({ priority, exchange }) => `${priority} ${exchange}`),
    }
  } catch {
    return null
  }
}

export async function textsAt(name: string, resolver: DnsResolver): Promise<string[]> {
  return (await emptyFor(resolver.resolveTxt(name))).map((parts) => parts.join(''))
}

async function keyAt(
  selector: string,
  domain: string,
  resolver: DnsResolver,
): Promise<Records['dkim']> {
  const name = `${selector}._domainkey.${domain}`
  const [key] = (await textsAt(name, resolver)).filter((text) => /(^|;)\s*(p|v)\s*=/i.test(text))
  if (key === undefined) return []
  const [alias] = await emptyFor(resolver.resolveCname(name))
  return [
    {
      selector,
      key,
      ...(alias === undefined ? { type: 'TXT', value: key } : { type: 'CNAME', value: alias }),
    },
  ]
}

async function emptyFor<Item>(asked: Promise<Item[]>): Promise<Item[]> {
  try {
    return await asked
  } catch (error) {
    if (NOTHING.has((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
