// The text of a letter that somebody wrote in HTML only: paragraphs, lists, links with their addresses.

import { attributeOf, decodeEntities, type HtmlPiece, scanHtml } from './scan-html.ts'

const HIDDEN = new Set(['head', 'style', 'script', 'title', 'template', 'noscript'])
const BLOCKS = new Set(
  'address article aside blockquote dd div dl dt figure footer form header li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
)
const WIDE = new Set('blockquote h1 h2 h3 h4 h5 h6 ol p table ul'.split(' '))

/** What is read of the HTML, without its markup. */
export function htmlToText(html: string): string {
  const parts: string[] = []
  let hidden = 0
  const links: { href: string; from: number }[] = []
  for (const piece of scanHtml(html)) {
    if (piece.type === 'open' && HIDDEN.has(piece.name)) hidden += 1
    if (piece.type === 'close' && HIDDEN.has(piece.name)) hidden = Math.max(0, hidden - 1)
    if (hidden > 0 || piece.type === 'other') continue
    if (piece.type === 'text') parts.push(wordsOf(html, piece))
    else if (piece.name === 'a') followLink(piece, parts, links)
    else parts.push(breakOf(piece))
  }
  return parts
    .join('')
    .replaceAll(/[ \t]*\n[ \t]*/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
}

function wordsOf(html: string, { start, end }: { start: number; end: number }): string {
  return decodeEntities(
    html.slice(start, end).replaceAll(/(?:\s|\u200b|\u200c|\u034f)+/g, ' '),
  ).replaceAll('\u00a0', ' ')
}

/** The address stands behind the words, unless it is the words. */
function followLink(
  piece: HtmlPiece & { type: 'open' | 'close' },
  parts: string[],
  links: { href: string; from: number }[],
): void {
  if (piece.type === 'open') {
    links.push({ href: attributeOf(piece, 'href')?.value.trim() ?? '', from: parts.length })
    return
  }
  const link = links.pop()
  if (!link || !/^(https?|mailto|tel):/i.test(link.href)) return
  const words = parts.slice(link.from).join('').trim()
  const address = link.href.replace(/^(mailto|tel):/i, '')
  if (words !== address && words !== link.href) parts.push(words === '' ? address : ` (${address})`)
}

function breakOf(piece: HtmlPiece & { type: 'open' | 'close' }): string {
  const { type, name } = piece
  if (name === 'br') return type === 'open' ? '\n' : ''
  if (name === 'hr') return '\n\n---\n\n'
  if (name === 'img' && type === 'open') return attributeOf(piece, 'alt')?.value ?? ''
  if (name === 'td' || name === 'th') return type === 'close' ? ' ' : ''
  if (name === 'li') return type === 'open' ? '\n- ' : ''
  if (WIDE.has(name)) return '\n\n'
  return BLOCKS.has(name) ? '\n' : ''
}
