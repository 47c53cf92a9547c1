// What the person wrote now, out of a mail's text: without what is quoted below or above it, and without a signature.
// Where nothing would be left, all of it is what the person wrote.

/** The line before a quotation, as mail programs write it in Portuguese, English and Spanish. */
const ATTRIBUTION =
  /^\s*(On|Em|El|Le|Am)\s.{4,300}\b(wrote|escreveu|escribió|écrit|schrieb)\s*:\s*$/iu
const ATTRIBUTION_START = /^\s*(On|Em|El|Le|Am)\s.{4,200}$/iu
const ATTRIBUTION_END = /^.{0,200}\b(wrote|escreveu|escribió|écrit|schrieb)\s*:\s*$/iu
const DIVIDER =
  /^\s*(-{2,}\s*(original message|mensagem original|mensaje original|forwarded message|mensagem encaminhada)\s*-{0,}|_{20,})\s*$/iu
const HEADER_FROM = /^\s*\*?(from|de|von)\s*:\*?\s.{3,}/iu
const HEADER_OTHER =
  /^\s*\*?(sent|date|to|subject|enviad[ao]( em)?|data|para|assunto|enviado el|fecha|asunto)\s*:\*?\s/iu
const SIGNATURE =
  /^(--\s?|(sent from|get outlook for|enviado (do|de|desde) (meu|mi)|enviado do|obter o outlook|baixe o outlook)\s.{0,80})$/iu
const QUOTED = /^\s*>/u

/** Longest text that is looked at: what lies beyond is quotation. */
const MOST_CHARACTERS = 200_000

/**
 * The part of a mail's text that is new.
 * @param text as it stands in the mail
 * @returns trimmed; the whole text where all of it is quoted
 */
export function newTextOf(text: string): string {
  const whole = text.slice(0, MOST_CHARACTERS).replace(/\r\n?/g, '\n').trim()
  const lines = whole.split('\n')
  const cut = cutQuotation(lines)
  const kept = cutSignature(cut).join('\n').trim()
  return kept === '' ? whole : kept
}

function cutQuotation(lines: string[]): string[] {
  const start = lines.findIndex((_line, index) => isQuotationStart(lines, index))
  if (start === -1) return lines.filter((line) => !QUOTED.test(line))
  const before = lines.slice(0, start).filter((line) => !QUOTED.test(line))
  const length = attributionLength(lines, start)
  if (length === 0) return before
  // Who answers below or between has written among the quoted lines.
  const after = lines.slice(start + length)
  const isMarked = after.some((line) => QUOTED.test(line))
  const own = isMarked ? after.filter((line) => !QUOTED.test(line)) : []
  return [...before, ...own]
}

function isQuotationStart(lines: string[], index: number): boolean {
  const line = lines[index] ?? ''
  if (DIVIDER.test(line) || attributionLength(lines, index) > 0) return true
  const next = lines.slice(index + 1, index + 5)
  return HEADER_FROM.test(line) && next.filter((one) => HEADER_OTHER.test(one)).length >= 2
}

/** Long ones are folded over two lines. */
function attributionLength(lines: string[], index: number): number {
  const line = lines[index] ?? ''
  if (ATTRIBUTION.test(line)) return 1
  const next = lines[index + 1] ?? ''
  return ATTRIBUTION_START.test(line) && ATTRIBUTION_END.test(next) ? 2 : 0
}

function cutSignature(lines: string[]): string[] {
  const start = lines.findIndex((line, index) => index > 0 && SIGNATURE.test(line.trimEnd()))
  const dashes = lines.findIndex((line) => /^--\s?$/.test(line))
  const first = [start, dashes].filter((index) => index >= 0).toSorted((one, two) => one - two)[0]
  return first === undefined ? lines : lines.slice(0, first)
}
