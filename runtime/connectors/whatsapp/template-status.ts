// Meta's words for the status of a template and for why it decided so, in ours.

import { TEMPLATE_STATUSES } from '#machines/contracts/whatsapp-template.ts'
import type { Words } from '../connector.ts'

/** One word where Meta has several. */
const SAME: Record<string, string> = {
  REINSTATED: 'APPROVED',
  UNPAUSED: 'APPROVED',
  ACTIVE: 'APPROVED',
  IN_REVIEW: 'PENDING',
}

/** A status as we keep it; null for one that Meta has not documented. */
export function statusOf(given: string | undefined): string | null {
  const word = given?.toUpperCase() ?? ''
  const status = SAME[word] ?? word
  return (TEMPLATE_STATUSES as readonly string[]).includes(status) && status !== 'DRAFT'
    ? status
    : null
}

const REASONS: Record<string, readonly [ptBR: string, en: string]> = {
  ABUSIVE_CONTENT: [
    'O conteúdo foi considerado abusivo ou ameaçador',
    'The content was found abusive or threatening',
  ],
  CATEGORY_NOT_AVAILABLE: [
    'A categoria não está disponível para esta conta',
    'The category is not available to this account',
  ],
  INCORRECT_CATEGORY: [
    'O conteúdo não combina com a categoria escolhida; escolha outra e envie de novo',
    'The content does not fit the category chosen; choose another one and submit again',
  ],
  INVALID_FORMAT: [
    'O formato não foi aceito; confira variáveis, exemplos, links e quebras de linha',
    'The form was not accepted; check variables, examples, links and line breaks',
  ],
  PROMOTIONAL: [
    'O conteúdo é promocional e a categoria não é marketing',
    'The content is promotional and the category is not marketing',
  ],
  SCAM: [
    'O conteúdo foi considerado tentativa de golpe',
    'The content was found to be an attempt of fraud',
  ],
  TAG_CONTENT_MISMATCH: [
    'O idioma ou a categoria não combinam com o texto',
    'Language or category do not match the text',
  ],
  NONE: ['A Meta não disse o motivo', 'Meta gave no reason'],
}

/** Why, in words; a code without words says itself. */
export function reasonWords(code: string): Words {
  const [ptBR, en] = REASONS[code] ?? [code, code]
  return { 'pt-BR': ptBR, en }
}
