// The last touch on a letter's HTML: a whole document in its language, links that lead where they may, the pixel.

import { attributeOf, encodeEntities, scanHtml } from './scan-html.ts'

/** Where links may lead; a value of a contact's must not become a script. */
const SAFE = /^(https?:|mailto:|tel:|sms:|cid:|#|$)/i
const TRACKED = /^https?:\/\//i
const LINKS = new Set(['a', 'area'])
/** On a link that is never counted. */
const UNTRACKED = 'data-no-track'

/**
 * Makes a fragment a document, and gives one that has neither language nor title what screen readers ask for.
 * @param letter.language BCP 47
 */
export function completeDocument(
  html: string,
  letter: { language: string; title: string },
): string {
  const language = encodeEntities(letter.language)
  const title = encodeEntities(letter.title)
  const root = [...firstOf(html, 'html')][0]
  if (!root) {
    return `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head><body>${html}</body></html>`
  }
  const lang = attributeOf(root, 'lang') ? '' : ` lang="${language}"`
  const named = `${html.slice(0, root.start + '<html'.length)}${lang}${html.slice(root.start + '<html'.length)}`
  const head = [...firstOf(named, 'head')][0]
  if (!head || [...firstOf(named, 'title')].length > 0) return named
  return `${named.slice(0, head.end)}<title>${title}</title>${named.slice(head.end)}`
}

function* firstOf(html: string, name: string) {
  for (const piece of scanHtml(html)) {
    if (piece.type !== 'open' || piece.name !== name) continue
    yield piece
    return
  }
}

/**
 * Replaces where links lead.
 * @param leadTo another address for an absolute one, or null to leave it
 */
export function rewriteLinks(html: string, leadTo: (url: string) => string | null): string {
  const parts: string[] = []
  let from = 0
  for (const piece of scanHtml(html)) {
    if (piece.type !== 'open' || !LINKS.has(piece.name)) continue
    const href = attributeOf(piece, 'href')
    if (!href) continue
    const address = href.value.trim()
    const isCounted = TRACKED.test(address) && !attributeOf(piece, UNTRACKED)
    const target = SAFE.test(address) ? (isCounted ? leadTo(address) : null) : '#'
    if (target === null) continue
    parts.push(html.slice(from, href.start), `href="${encodeEntities(target)}"`)
    from = href.end
  }
  return parts.join('') + html.slice(from)
}

/** Puts an invisible picture at the end. */
export function addPixel(html: string, url: string): string {
  const pixel = `<img src="${encodeEntities(url)}" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">`
  const end = html.toLowerCase().lastIndexOf('</body')
  return end === -1 ? html + pixel : html.slice(0, end) + pixel + html.slice(end)
}
