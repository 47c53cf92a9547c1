// SPF: who may send for the domain. RFC 7208.

import type { DomainProblem } from '#machines/contracts/email-domain.ts'
import type { DomainQuestion } from './question.ts'
import { type DnsResolver, type Records, textsAt } from './look-up.ts'

/** Receivers stop at so many questions, §4.6.4. */
const MOST_LOOKUPS = 10
const INCLUDES: Record<string, string> = {
  sendgrid: 'sendgrid.net',
  ses: 'amazonses.com',
}
const TERM =
  /^[+~?-]?(all|include:\S+|a([:/]\S*)?|mx([:/]\S*)?|ptr(:\S+)?|ip4:[\d./]+|ip6:[0-9a-f:./]+|exists:\S+)$|^(redirect|exp|[a-z][\w.-]*)=\S*$/i

export async function checkSpf(
  { domain, providers }: DomainQuestion,
  { spf }: Records,
  resolver: DnsResolver,
): Promise<DomainProblem[]> {
  const wanted = providers.flatMap((provider) => INCLUDES[provider] ?? [])
  const [record] = spf
  const write = (value: string) => ({ name: domain, type: 'TXT' as const, value })
  if (record === undefined) {
    const includes = wanted.map((name) => `include:${name} `).join('')
    return [
      {
        code: 'SPF_MISSING',
        level: 'error',
        detail: '',
        record: write(`v=spf1 ${includes || 'mx '}~all`),
      },
    ]
  }
  if (spf.length > 1)
    return [
      { code: 'SPF_TWICE', level: 'error', detail: spf.join(' | '), record: write(joined(spf)) },
    ]
  const terms = record.trim().split(/\s+/).slice(1)
  const wrong = terms.find((term) => !TERM.test(term))
  if (wrong !== undefined)
    return [{ code: 'SPF_INVALID', level: 'error', detail: wrong, record: null }]
  const problems: DomainProblem[] = []
  const last = terms.find((term) => /^[+~?-]?all$/i.test(term))
  if (last === 'all' || last === '+all')
    problems.push({ code: 'SPF_OPEN', level: 'error', detail: last, record: write(closed(terms)) })
  if ((last === undefined && !terms.some((term) => /^redirect=/i.test(term))) || last === '?all')
    problems.push({
      code: 'SPF_NOT_CLOSED',
      level: 'warning',
      detail: record,
      record: write(closed(terms)),
    })
  const missing = wanted.filter((name) => !record.toLowerCase().includes(name))
  if (missing.length > 0) {
    const value = closed([...missing.map((name) => `include:${name}`), ...terms])
    // Who signs with DKIM in the domain's name passes all the same.
    problems.push({
      code: 'SPF_PROVIDER_MISSING',
      level: 'warning',
      detail: missing.join(', '),
      record: write(value),
    })
  }
  const count = await countLookups(record, resolver)
  if (count > MOST_LOOKUPS)
    problems.push({
      code: 'SPF_TOO_MANY_LOOKUPS',
      level: 'error',
      detail: String(count),
      record: null,
    })
  return problems
}

function closed(terms: readonly string[]): string {
  const rest = terms.filter((term) => !/^[+~?-]?all$/i.test(term))
  return ['v=spf1', ...rest, '~all'].join(' ')
}

function joined(records: readonly string[]): string {
  return closed([...new Set(records.flatMap((record) => record.trim().split(/\s+/).slice(1)))])
}

/** Questions that a receiver asks, its own and those of what is included; one more than allowed is enough to know. */
async function countLookups(record: string, resolver: DnsResolver): Promise<number> {
  let count = 0
  const waiting = [record]
  const seen = new Set<string>()
  while (waiting.length > 0 && count <= MOST_LOOKUPS) {
    for (const term of (waiting.shift() ?? '').split(/\s+/).slice(1)) {
      if (!/^[+~?-]?(include:|a\b|mx\b|ptr\b|exists:)|^redirect=/i.test(term)) continue
      count += 1
      const [, name] = /^[+~?-]?(?:include:|redirect=)(\S+)$/i.exec(term) ?? []
      if (name === undefined || seen.has(name) || count > MOST_LOOKUPS) continue
      seen.add(name)
      const found = (await textsAt(name, resolver)).find((text) => /^v=spf1(\s|$)/i.test(text))
      if (found !== undefined) waiting.push(found)
    }
  }
  return count
}
