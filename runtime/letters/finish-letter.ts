// From what a template says to what is sent: a whole document, styles written into it, its text, its links counted.

import type { CompiledLetter, LetterValues } from '#machines/letters/compile-letter.ts'
import { htmlToText } from './html-to-text.ts'
import { inlineCss } from './inline-css.ts'
import { addPixel, completeDocument, rewriteLinks } from './rewrite-html.ts'

export interface FinishOptions {
  /** `pt_BR` */
  language: string
  /** Instead of the template's. */
  subject?: string | undefined
  /** Where a link leads instead; null leaves it. */
  leadTo?: (url: string) => string | null
  /** An invisible picture; left out: none. */
  pixel?: string | undefined
}

export interface FinishedLetter {
  subject: string
  html: string
  text: string
}

/** @throws {Error} where it grows beyond the limits of texts */
export async function finishLetter(
  letter: CompiledLetter,
  values: LetterValues,
  { language, subject: given, leadTo = () => null, pixel }: FinishOptions,
): Promise<FinishedLetter> {
  const rendered = letter.render(values)
  const subject = given ?? rendered.subject
  const document = completeDocument(rendered.html, {
    language: language.replace('_', '-'),
    title: subject,
  })
  const inlined = await inlineCss(document)
  const text = rendered.text ?? htmlToText(inlined)
  const led = rewriteLinks(inlined, leadTo)
  return { subject, html: pixel === undefined ? led : addPixel(led, pixel), text }
}
