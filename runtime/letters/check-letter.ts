// What a letter could do better before anybody gets it: size, pictures without words, links that lead nowhere.

import { EMAIL_LIMITS } from '#machines/contracts/email-command.ts'
import type { LetterHint } from '#machines/contracts/email-templates.ts'
import { attributeOf, scanHtml } from './scan-html.ts'

/** Inboxes show about so many characters of a subject. */
const SUBJECT_SHOWN = 70
/** Readers drop them, and filters take offence. */
const DROPPED = new Set(['script', 'form', 'iframe', 'object', 'embed', 'video'])
const UNSAFE = /^\s*(javascript|data|vbscript):/i

export interface CheckedLetter {
  subject: string
  html: string
  /** Whether it offers a way to have no more of them. */
  hasUnsubscribe: boolean
}

/** Hints in the order of their weight. */
export function checkLetter({ subject, html, hasUnsubscribe }: CheckedLetter): LetterHint[] {
  const bytes = Buffer.byteLength(html)
  const found = countIn(html)
  const hints: (LetterHint | false)[] = [
    bytes > EMAIL_LIMITS.html && { code: 'EMAIL_TOO_LARGE', level: 'error', count: bytes },
    bytes > EMAIL_LIMITS.clipped &&
      bytes <= EMAIL_LIMITS.html && { code: 'EMAIL_CLIPPED', level: 'warning', count: bytes },
    subject === '' && { code: 'SUBJECT_EMPTY', level: 'error', count: 0 },
    subject.length > EMAIL_LIMITS.subject && {
      code: 'SUBJECT_TOO_LONG',
      level: 'error',
      count: subject.length,
    },
    subject.length > SUBJECT_SHOWN &&
      subject.length <= EMAIL_LIMITS.subject && {
        code: 'SUBJECT_CUT',
        level: 'info',
        count: subject.length,
      },
    found.dropped > 0 && { code: 'ELEMENTS_DROPPED', level: 'warning', count: found.dropped },
    found.unsafe > 0 && { code: 'LINKS_UNSAFE', level: 'warning', count: found.unsafe },
    found.blind > 0 && { code: 'IMAGES_WITHOUT_ALT', level: 'warning', count: found.blind },
    found.insecure > 0 && { code: 'IMAGES_WITHOUT_HTTPS', level: 'info', count: found.insecure },
    !hasUnsubscribe && { code: 'UNSUBSCRIBE_MISSING', level: 'warning', count: 0 },
  ]
  return hints.filter((hint) => hint !== false)
}

function countIn(html: string) {
  const found = { dropped: 0, unsafe: 0, blind: 0, insecure: 0 }
  for (const piece of scanHtml(html)) {
    if (piece.type !== 'open') continue
    if (DROPPED.has(piece.name)) found.dropped += 1
    if (piece.name === 'a' && UNSAFE.test(attributeOf(piece, 'href')?.value ?? ''))
      found.unsafe += 1
    if (piece.name !== 'img') continue
    if (!attributeOf(piece, 'alt')) found.blind += 1
    if (/^http:/i.test(attributeOf(piece, 'src')?.value ?? '')) found.insecure += 1
  }
  return found
}
