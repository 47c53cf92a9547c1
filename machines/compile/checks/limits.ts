// PROVIDER_LIMIT: a text with placeholders whose fixed words alone are longer than WhatsApp takes.

import { charactersOf, WHATSAPP_LIMITS } from '../../contracts/whatsapp-limits.ts'
import { isTemplate } from '../../expression/template.ts'
import type { Finding } from '../diagnostics.ts'
import { type Checked, placeOf } from './checked.ts'
import { traceTo } from './trace.ts'

const { text, header, footer, caption, filename, link, buttons, list, cta, carousel } =
  WHATSAPP_LIMITS

/** Field to characters, indexes of lists left out. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'whatsapp.send_text': { '.text': text },
  'whatsapp.send_media': { '.link': link, '.caption': caption, '.filename': filename },
  'whatsapp.send_buttons': {
    '.header': header,
    '.body': buttons.body,
    '.footer': footer,
    '.buttons.title': buttons.title,
  },
  'whatsapp.send_list': {
    '.header': header,
    '.body': list.body,
    '.footer': footer,
    '.button': list.button,
    '.sections.title': list.sectionTitle,
    '.sections.rows.title': list.rowTitle,
    '.sections.rows.description': list.rowDescription,
  },
  'whatsapp.send_cta_url': {
    '.header': header,
    '.body': cta.body,
    '.footer': footer,
    '.button': cta.button,
    '.url': link,
  },
  'whatsapp.send_carousel': {
    '.body': carousel.body,
    '.cards.body': carousel.cardBody,
    '.cards.url.text': carousel.button,
    '.cards.replies.title': carousel.button,
  },
  'whatsapp.request_location': { '.body': WHATSAPP_LIMITS.locationRequest.body },
  ask: {
    '.text': buttons.body,
    '.retryText': buttons.body,
    '.buttons.title': buttons.title,
  },
}

/** Every field that no value of its placeholders could make fit. */
export function brokenLimits({ flow }: Checked): Finding[] {
  return flow.nodes.flatMap((node) => {
    const limits = LIMITS[node.type]
    if (!limits) return []
    return (node.kind?.expressions(node.node) ?? []).flatMap(({ path, source }): Finding[] => {
      const limit = limits[path.replaceAll(/\[\d+\]/g, '')]
      const length = leastLength(source)
      if (limit === undefined || length === null || length <= limit) return []
      const other = { 'pt-BR': `${length} de ${limit}`, en: `${length} of ${limit}` }
      const trace = traceTo(flow, node.id)
      return [
        { code: 'PROVIDER_LIMIT', ...placeOf(node, path), detail: path.slice(1), other, trace },
      ]
    })
  })
}

/** Characters outside of placeholders; null where tags decide which words are written, or nothing is left open. */
function leastLength(source: string): number | null {
  if (!isTemplate(source) || source.includes('{%')) return null
  return charactersOf(source.replaceAll(/\{\{.*?\}\}/gsu, ''))
}
