// Whether large receivers will take letters of a domain: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), and what
// Gmail's and Yahoo's rules for bulk senders ask for. Each problem with the record to copy.

import type { DomainProblem, EmailDomainReport } from '#machines/contracts/email-domain.ts'
import { checkDkim } from './domain/dkim.ts'
import { checkDmarc } from './domain/dmarc.ts'
import { checkSpf } from './domain/spf.ts'
import type { DomainQuestion } from './domain/question.ts'
import { type DnsResolver, lookUp, type Records } from './domain/look-up.ts'

/** Asks and judges; what DNS does not answer is a finding like any other. */
export async function checkDomain(
  question: DomainQuestion,
  resolver: DnsResolver,
): Promise<EmailDomainReport> {
  const { domain } = question
  const found = await lookUp(question, resolver)
  if (found === null) {
    const problem: DomainProblem = {
      code: 'DNS_UNREACHABLE',
      level: 'error',
      detail: '',
      record: null,
    }
    return { domain, ready: 'no', records: [], problems: [problem] }
  }
  const problems = [
    ...(await checkSpf(question, found, resolver)),
    ...checkDkim(question, found),
    ...checkDmarc(question, found),
    ...mxProblems(found),
  ]
  return { domain, ready: readinessOf(problems), records: recordsOf(domain, found), problems }
}

/** A domain that takes no letters looks like one that nobody answers for. */
function mxProblems({ mx }: Records): DomainProblem[] {
  return mx.length > 0 ? [] : [{ code: 'MX_MISSING', level: 'info', detail: '', record: null }]
}

function readinessOf(problems: readonly DomainProblem[]): EmailDomainReport['ready'] {
  const errors = problems.filter(({ level }) => level === 'error').map(({ code }) => code)
  if (errors.length === 0) return 'bulk'
  // One of the two proofs is enough for a few; all three are asked of who sends thousands.
  const hasProof = ['SPF', 'DKIM'].some((proof) => !errors.some((code) => code.startsWith(proof)))
  return hasProof ? 'few' : 'no'
}

function recordsOf(
  domain: string,
  { spf, dmarc, dkim, mx }: Records,
): EmailDomainReport['records'] {
  return [
    ...spf.map((value) => ({ name: domain, type: 'TXT' as const, value })),
    ...dkim.map(({ selector, type, value }) => {
      return { name: `${selector}._domainkey.${domain}`, type, value }
    }),
    ...dmarc.map((value) => ({ name: `_dmarc.${domain}`, type: 'TXT' as const, value })),
    ...mx.map((value) => ({ name: domain, type: 'MX' as const, value })),
  ]
}
