// HTML of strangers made harmless for the eyes of an agent: no scripts, no forms, nothing fetched from elsewhere (it
// would tell the sender who reads and when). It is shown in a sandboxed frame besides.

import sanitizeHtml from 'sanitize-html'

/** Attribute in which an inline image names our file. */
export const MEDIA_ATTRIBUTE = 'data-media'

const TAGS = [
  'a,abbr,b,blockquote,br,caption,center,cite,code,col,colgroup,dd,del,div,dl,dt,em,font,h1,h2,h3,h4,h5,h6,hr,i,img,ins',
  'kbd,li,mark,ol,p,pre,q,s,small,span,strike,strong,sub,sup,table,tbody,td,tfoot,th,thead,tr,u,ul',
].flatMap((names) => names.split(','))

const COLOR = [/^#[0-9a-f]{3,8}$/i, /^rgba?\([\d\s,.%]{3,40}\)$/i, /^[a-z]{3,20}$/i]
const SIZE = [/^-?\d{1,4}(\.\d{1,3})?(px|pt|em|rem|%)?$/, /^auto$/]
const SIZES = [
  /^(-?\d{1,4}(\.\d{1,3})?(px|pt|em|%)?|auto)(\s+(-?\d{1,4}(\.\d{1,3})?(px|pt|em|%)?|auto)){0,3}$/,
]
const WORD = [/^[a-z-]{2,30}$/]

const STYLES = {
  '*': {
    color: COLOR,
    'background-color': COLOR,
    'font-size': SIZE,
    'font-weight': [/^(\d{3}|[a-z]{4,8})$/],
    'font-style': WORD,
    'line-height': SIZE,
    'text-align': WORD,
    'text-decoration': WORD,
    'vertical-align': WORD,
    'white-space': WORD,
    width: SIZE,
    'max-width': SIZE,
    height: SIZE,
    margin: SIZES,
    padding: SIZES,
    'border-collapse': WORD,
  },
}

/**
 * Makes HTML harmless.
 * @param mediaOf our file for a Content-ID without angle brackets; null for one that is not kept
 */
export function sanitizeMailHtml(
  html: string,
  mediaOf: (contentId: string) => string | null,
): string {
  return sanitizeHtml(html, {
    allowedTags: TAGS,
    allowedAttributes: {
      '*': ['style', 'align', 'valign', 'dir', 'lang', 'title'],
      a: ['href', 'rel', 'target'],
      img: [MEDIA_ATTRIBUTE, 'alt', 'width', 'height'],
      table: ['width', 'cellpadding', 'cellspacing', 'border', 'bgcolor'],
      td: ['width', 'height', 'colspan', 'rowspan', 'bgcolor'],
      th: ['width', 'height', 'colspan', 'rowspan', 'bgcolor'],
      font: ['color', 'size'],
    },
    allowedStyles: STYLES,
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: [
      'style',
      'script',
      'textarea',
      'option',
      'noscript',
      'title',
      'head',
      'xmp',
      'plaintext',
    ],
    nestingLimit: 200,
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...attribs, rel: 'noopener noreferrer nofollow', target: '_blank' },
      }),
      img: (tagName, attribs) => ({ tagName, attribs: imageOf(attribs, mediaOf) }),
    },
    exclusiveFilter: ({ tag, attribs }) =>
      tag === 'img' && attribs[MEDIA_ATTRIBUTE] === undefined && !attribs['alt'],
  })
}

function imageOf(
  { src = '', alt, width, height }: Record<string, string>,
  mediaOf: (contentId: string) => string | null,
): Record<string, string> {
  const contentId = /^cid:(.{1,300})$/i.exec(src)?.[1]
  const media = contentId === undefined ? null : mediaOf(decode(contentId))
  return {
    ...(media !== null && { [MEDIA_ATTRIBUTE]: media }),
    ...(alt !== undefined && { alt }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** More is no letter, and would take long to look at. */
const MOST_TAGS = 20_000

/** True for HTML that is not worth the time that it takes. */
export function isOverloaded(html: string): boolean {
  let count = 0
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    count += 1
    if (count > MOST_TAGS) return true
  }
  return false
}

const BLOCKS = /<(br|\/p|\/div|\/tr|\/li|\/h[1-6]|\/table|\/blockquote)\b[^<>]{0,2000}>/giu
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
}
const UNREAD = ['style', 'script', 'textarea', 'option', 'noscript', 'title', 'head']
/** What mail programs wrap around the mail that is answered. */
const QUOTING = /(^|\s)(gmail_quote|yahoo_quoted|moz-cite-prefix|OutlookMessageHeader)(\s|$)/u

/**
 * The words of a mail that is only HTML, a line for each block.
 * @param withQuotes false leaves out what is marked as quoted
 */
export function textOfHtml(html: string, withQuotes: boolean): string {
  if (isOverloaded(html)) return tidy(html.replace(/<[^<>]*>/g, ' '))
  const own = withQuotes ? html : withoutQuotes(html)
  const words = sanitizeHtml(own.replace(BLOCKS, '$&\n'), {
    allowedTags: [],
    allowedAttributes: {},
    nonTextTags: UNREAD,
    nestingLimit: 200,
  })
  return tidy(words.replace(/&(amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity))
}

function withoutQuotes(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: ['div', 'blockquote', 'p', 'br', 'li', 'tr', 'table', 'h1', 'h2', 'h3', 'h4'],
    allowedAttributes: { '*': ['class', 'type', 'id'] },
    nonTextTags: UNREAD,
    nestingLimit: 200,
    exclusiveFilter: ({ tag, attribs }) =>
      QUOTING.test(attribs['class'] ?? '') ||
      (tag === 'blockquote' && attribs['type'] === 'cite') ||
      attribs['id'] === 'divRplyFwdMsg',
  })
}

function tidy(words: string): string {
  return words
    .replace(/\u00a0/g, ' ')
    .replace(/[ \t]{1,200}\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
