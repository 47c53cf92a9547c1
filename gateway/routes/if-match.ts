// The header If-Match, as RFC 9110 §13.1.1 has it: what a save must find. Our entity tags are revisions.

import { z } from 'zod'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { SeenDraft } from '#runtime/index.ts'

export const IfMatchHeadersSchema = z.looseObject({ 'if-match': z.string().max(2000).optional() })

/** The entity tag of a draft. */
export const tagOf = ({ revision }: { revision: number }): string => `"${revision}"`

const TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/

/**
 * A tag that is not one of ours, or is weak, is a tag all the same: it matches nothing.
 * @returns undefined when nothing is asked
 * @throws {FluxoError} REQUEST_INVALID
 */
export function readIfMatch(header: string | undefined): SeenDraft | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return 'any'
  const tags = header.split(',').map((tag) => tag.trim())
  if (!tags.every((tag) => TAG.test(tag))) {
    throw new FluxoError('REQUEST_INVALID', {
      message: 'If-Match needs entity tags, such as "3"',
      field: 'if-match',
    })
  }
  return tags.flatMap((tag) => {
    const revision = /^"(0|[1-9]\d{0,8})"$/.exec(tag)?.[1]
    return revision === undefined ? [] : [Number(revision)]
  })
}
