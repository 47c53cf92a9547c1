// Compiled letters, by their very source: a campaign renders one a thousand times.

import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import {
  compileLetter,
  type LetterCompilation,
  type LetterSource,
} from '#machines/letters/compile-letter.ts'

export type CompileLetter = (
  source: LetterSource,
  partials: Readonly<Record<string, string>>,
) => LetterCompilation

const MOST = 200

export function createLetterCache(): CompileLetter {
  const known = new LRUCache<string, LetterCompilation>({ max: MOST })
  return ({ subject, html, text = null }, partials) => {
    const key = createHash('sha256')
      .update(JSON.stringify([subject, html, text, partials]))
      .digest('base64')
    const made = known.get(key) ?? compileLetter({ subject, html, text }, partials)
    known.set(key, made)
    return made
  }
}
