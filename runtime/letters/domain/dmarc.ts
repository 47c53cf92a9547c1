// DMARC: what receivers do with letters that only claim to be the domain's. RFC 7489.

import type { DomainProblem } from '#machines/contracts/email-domain.ts'
import type { DomainQuestion } from './question.ts'
import type { Records } from './look-up.ts'

const POLICY = /(^|;)\s*p\s*=\s*(none|quarantine|reject)\s*(;|$)/i

export function checkDmarc({ domain }: DomainQuestion, { dmarc }: Records): DomainProblem[] {
  const name = `_dmarc.${domain}`
  const write = (value: string) => ({ name, type: 'TXT' as const, value })
  const [record] = dmarc
  const reports = `rua=mailto:dmarc@${domain}`
  if (record === undefined) {
    return [
      {
        code: 'DMARC_MISSING',
        level: 'error',
        detail: '',
        record: write(`v=DMARC1; p=none; ${reports}`),
      },
    ]
  }
  if (dmarc.length > 1)
    return [
      { code: 'DMARC_TWICE', level: 'error', detail: dmarc.join(' | '), record: write(record) },
    ]
  const policy = POLICY.exec(record)?.[2]?.toLowerCase()
  if (policy === undefined) {
    const value = `v=DMARC1; p=none; ${reports}`
    return [{ code: 'DMARC_INVALID', level: 'error', detail: record, record: write(value) }]
  }
  const problems: DomainProblem[] = []
  const hasReports = /(^|;)\s*rua\s*=/i.test(record)
  if (!hasReports) {
    const value = `${record.replace(/;\s*$/, '')}; ${reports}`
    problems.push({ code: 'DMARC_NO_REPORTS', level: 'info', detail: record, record: write(value) })
  }
  if (policy === 'none') {
    const value = record.replace(/p\s*=\s*none/i, 'p=quarantine')
    problems.push({
      code: 'DMARC_WATCHING_ONLY',
      level: 'info',
      detail: record,
      record: write(value),
    })
  }
  return problems
}
