// HTML cut into its pieces with their places, so that a few attributes can be changed and all else stays byte for byte.
// Linear in the length of the text, whatever is in it.

export interface HtmlAttribute {
  /** Lower-case. */
  name: string
  /** As a reader takes it: entities decoded. */
  value: string
  /** Where the attribute stands, from its name to the end of its value. */
  start: number
  end: number
}

export type HtmlPiece =
  | { type: 'text'; start: number; end: number }
  | { type: 'open'; name: string; attributes: HtmlAttribute[]; start: number; end: number }
  | { type: 'close'; name: string; start: number; end: number }
  /** Comments, conditional ones of Outlook too, and the doctype. */
  | { type: 'other'; start: number; end: number }

/** What lies in them is no markup. HTML §13.1.2. */
const RAW = new Set(['style', 'script', 'title', 'textarea'])
const NAME_END = /[\s/>]/
const SPACE = /\s/

/** The pieces in order; together they are the whole text. */
export function* scanHtml(html: string): Generator<HtmlPiece> {
  // Lower-case for looking up alone; one character stays one.
  const lower = html.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  let at = 0
  while (at < html.length) {
    const start = markupFrom(html, at)
    if (start > at) yield { type: 'text', start: at, end: start }
    if (start === html.length) return
    const piece = pieceAt(html, lower, start)
    yield piece
    at = piece.end
    if (piece.type !== 'open' || !RAW.has(piece.name)) continue
    const end = lower.indexOf(`</${piece.name}`, at)
    const rest = end === -1 ? html.length : end
    if (rest > at) yield { type: 'text', start: at, end: rest }
    at = rest
  }
}

/** Where the next markup begins: `<` before a letter, `/`, `!` or `?`. */
function markupFrom(html: string, from: number): number {
  for (let at = html.indexOf('<', from); at !== -1; at = html.indexOf('<', at + 1)) {
    if (/[a-z/!?]/i.test(html[at + 1] ?? '')) return at
  }
  return html.length
}

function pieceAt(html: string, lower: string, start: number): HtmlPiece {
  const next = html[start + 1]
  if (next === '!' || next === '?') {
    const isComment = html.startsWith('<!--', start)
    const close = isComment ? '-->' : '>'
    const found = html.indexOf(close, start + (isComment ? 4 : 2))
    return { type: 'other', start, end: found === -1 ? html.length : found + close.length }
  }
  if (next === '/') {
    const found = html.indexOf('>', start)
    const end = found === -1 ? html.length : found + 1
    return {
      type: 'close',
      name: /^[^\s/>]*/.exec(lower.slice(start + 2, end))?.[0] ?? '',
      start,
      end,
    }
  }
  return openAt(html, lower, start)
}

function openAt(html: string, lower: string, start: number): HtmlPiece {
  let at = skipTo(html, start + 1, NAME_END)
  const name = lower.slice(start + 1, at)
  const attributes: HtmlAttribute[] = []
  while (at < html.length && html[at] !== '>') {
    if (SPACE.test(html[at] ?? '') || html[at] === '/') {
      at += 1
      continue
    }
    const attribute = attributeAt(html, lower, at)
    attributes.push(attribute)
    at = attribute.end
  }
  return { type: 'open', name, attributes, start, end: Math.min(at + 1, html.length) }
}

function attributeAt(html: string, lower: string, start: number): HtmlAttribute {
  const nameEnd = Math.max(start + 1, skipTo(html, start, /[\s/>=]/))
  const name = lower.slice(start, nameEnd)
  const sign = skipOver(html, nameEnd)
  if (html[sign] !== '=') return { name, value: '', start, end: nameEnd }
  const from = skipOver(html, sign + 1)
  const quote = html[from]
  if (quote === '"' || quote === "'") {
    const found = html.indexOf(quote, from + 1)
    const end = found === -1 ? html.length : found
    const value = decodeEntities(html.slice(from + 1, end))
    return { name, value, start, end: Math.min(end + 1, html.length) }
  }
  const end = skipTo(html, from, /[\s>]/)
  return { name, value: decodeEntities(html.slice(from, end)), start, end: Math.max(end, sign + 1) }
}

function skipTo(html: string, from: number, end: RegExp): number {
  let at = from
  while (at < html.length && !end.test(html[at] ?? '')) at += 1
  return at
}

function skipOver(html: string, from: number): number {
  let at = from
  while (at < html.length && SPACE.test(html[at] ?? '')) at += 1
  return at
}

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  reg: '®',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  bull: '•',
  middot: '·',
  laquo: '«',
  raquo: '»',
  zwnj: '\u200c',
}
const MOST = 0x10ffff

/** The characters that the usual entities stand for; others stay as they are. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g,
    (whole, ...found) => {
      const [decimal, hex, name] = found as (string | undefined)[]
      if (name !== undefined) return (Object.hasOwn(NAMED, name) && NAMED[name]) || whole
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= MOST ? String.fromCodePoint(code) : whole
    },
  )
}

/** A text inside of an attribute or between tags. */
export function encodeEntities(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

export function attributeOf(
  { attributes }: { attributes: readonly HtmlAttribute[] },
  name: string,
): HtmlAttribute | undefined {
  return attributes.find((attribute) => attribute.name === name)
}
