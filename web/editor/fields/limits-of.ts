// How much a field takes, read off its schema: zod's own checks, and those of ours that say "at most 20 characters".

import type { z } from 'zod'

export interface Limits {
  least: number | null
  most: number | null
  /** Counted on what the text becomes: one with placeholders is measured when it is rendered. */
  isRendered: boolean
}

/** What zod keeps of a schema or a check, as far as it is read here. */
export interface Definition {
  type?: string
  check?: string
  checks?: readonly { _zod: { def: Definition } }[]
  minimum?: number
  maximum?: number
  value?: number
  inclusive?: boolean
  error?: unknown
  format?: string
  pattern?: RegExp
}

const OWN = /^at most (\d+) (characters|names|cases|intents|headers)$/

function definitionOf(schema: z.core.$ZodType): Definition {
  return schema._zod.def as unknown as Definition
}

/** A schema's checks; a format such as a duration is its own first check. */
export function checksOf(schema: z.core.$ZodType): Definition[] {
  const own = definitionOf(schema)
  const others = (own.checks ?? []).map(({ _zod }) => _zod.def)
  return own.check === undefined ? others : [own, ...others]
}

/** The bounds of a text's length, of a list's, or of a number. */
export function limitsOf(schema: z.core.$ZodType): Limits {
  const limits: Limits = { least: null, most: null, isRendered: false }
  for (const check of checksOf(schema)) {
    switch (check.check) {
      case 'min_length':
        limits.least = larger(limits.least, check.minimum)
        break
      case 'greater_than':
        limits.least = larger(limits.least, check.value)
        break
      case 'max_length':
        limits.most = smaller(limits.most, check.maximum)
        break
      case 'less_than':
        limits.most = smaller(limits.most, check.value)
        break
      case 'custom':
        applyOwn(limits, check)
        break
      default:
    }
  }
  return limits
}

/** A limit of our own is the one that counts: the schema's `max` beside it bounds the source only. */
function applyOwn(limits: Limits, check: Definition): void {
  const found = OWN.exec(sentenceOf(check))
  if (!found) return
  limits.most = Number(found[1])
  limits.isRendered = found[2] === 'characters'
}

function sentenceOf({ error }: Definition): string {
  if (typeof error !== 'function') return ''
  try {
    const said: unknown = (error as (issue: object) => unknown)({})
    return typeof said === 'string' ? said : ''
  } catch {
    return ''
  }
}

const larger = (a: number | null, b: number | undefined): number | null =>
  b === undefined ? a : Math.max(a ?? -Infinity, b)

const smaller = (a: number | null, b: number | undefined): number | null =>
  b === undefined ? a : Math.min(a ?? Infinity, b)
