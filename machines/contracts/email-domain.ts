// What DNS says of a sender's domain, over the wire.

import { z } from 'zod'

export const DOMAIN_PROBLEMS = [
  'SPF_MISSING',
  'SPF_TWICE',
  'SPF_INVALID',
  'SPF_OPEN',
  'SPF_NOT_CLOSED',
  'SPF_PROVIDER_MISSING',
  'SPF_TOO_MANY_LOOKUPS',
  'DKIM_MISSING',
  'DKIM_REVOKED',
  'DKIM_WEAK',
  'DMARC_MISSING',
  'DMARC_TWICE',
  'DMARC_INVALID',
  'DMARC_NO_REPORTS',
  'DMARC_WATCHING_ONLY',
  'MX_MISSING',
  'DNS_UNREACHABLE',
] as const

export const DomainProblemSchema = z.object({
  code: z.enum(DOMAIN_PROBLEMS),
  /** `error`: large receivers refuse letters for it. */
  level: z.enum(['error', 'warning', 'info']),
  /** What was found, or a number; empty where nothing is. */
  detail: z.string(),
  /** The record to write, or null where a copy would not do. */
  record: z
    .object({ name: z.string(), type: z.enum(['TXT', 'CNAME', 'MX']), value: z.string() })
    .nullable(),
})
export type DomainProblem = z.infer<typeof DomainProblemSchema>

export const EmailDomainReportSchema = z.object({
  domain: z.string(),
  /** `bulk`: it may send thousands a day; `few`: letters arrive; `no`: many will not. */
  ready: z.enum(['bulk', 'few', 'no']),
  records: z.array(
    z.object({ name: z.string(), type: z.enum(['TXT', 'CNAME', 'MX']), value: z.string() }),
  ),
  problems: z.array(DomainProblemSchema),
})
export type EmailDomainReport = z.infer<typeof EmailDomainReportSchema>

const name = /^(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/
export const DomainParamsSchema = z.object({ domain: z.string().toLowerCase().regex(name) })
export const DomainQuerySchema = z.object({
  /** Selectors of DKIM, separated by commas. */
  selectors: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,63}(,[a-zA-Z0-9._-]{1,63}){0,9}$/)
    .optional(),
})
