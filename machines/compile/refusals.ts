// Why a schema refuses a value, in both languages: zod's own sentences from its locales, ours from the table below.

import type { z } from 'zod'
import en from 'zod/v4/locales/en.js'
import ptBR from 'zod/v4/locales/pt-BR.js'
import type { Localized } from '../nodes/node-kind.ts'

/** Stands where a schema gives no sentence of its own. */
const UNSAID = '\0'

/** Options for `safeParse`, so that its issues can be said in any language afterwards. */
export const SAYABLE = { reportInput: true, error: () => UNSAID } as const

const LOCALES = { 'pt-BR': ptBR().localeError, en: en().localeError }

/** Our schemas write their sentences in English, for developers' eyes too; this is what people read. */
const OWN_SENTENCES: Readonly<Record<string, string>> = {
  'GET and DELETE have no body': 'GET e DELETE não têm corpo',
  'a choice needs choices or buttons': 'uma escolha precisa de opções ou de botões',
  'a word has letters or digits': 'uma palavra tem letras ou números',
  'at most 30 seconds': 'no máximo 30 segundos',
  'before needs until': '"before" precisa de "until"',
  'cards must have the same buttons': 'todos os cartões devem ter os mesmos botões',
  'each cid once': 'cada "cid" só pode aparecer uma vez',
  'each must be one of the intents': 'cada uma deve ser uma das intenções',
  'either a link or a file of your own': 'preencha um link ou um arquivo seu, só um dos dois',
  'either link or mediaId': 'preencha "link" ou "mediaId", só um dos dois',
  'either url or replies': 'preencha "url" ou "replies", só um dos dois',
  'from 1 second to 5 minutes': 'de 1 segundo a 5 minutos',
  'give either event or events': 'preencha "event" ou "events", só um dos dois',
  'give one of at, until and hours': 'preencha "at", "until" ou "hours", só um deles',
  'give words, an event, or both': 'preencha palavras, um acontecimento, ou ambos',
  'ids must differ': 'os identificadores não podem se repetir',
  'indexes must differ': 'os índices não podem se repetir',
  'is written by the platform': 'é escrito pela plataforma',
  'must be a cron text of five fields, e.g. 0 9 * * mon-fri':
    'deve ser um texto cron de cinco campos, como 0 9 * * mon-fri',
  'must be a path or hold a placeholder; a fixed moment is at':
    'deve ser um caminho ou conter um marcador; um momento fixo vai em "at"',
  'must be a date and time of ISO 8601': 'deve ser data e hora no formato ISO 8601',
  'must be an ISO 8601 duration, e.g. PT2H or P2D':
    'deve ser uma duração ISO 8601, como PT2H ou P2D',
  'must be an IANA time zone': 'deve ser um fuso horário IANA, como America/Sao_Paulo',
  'must be later than from': 'deve ser depois de "from"',
  'must begin with http(s):// and a fixed host': 'deve começar com http(s):// e um domínio fixo',
  'must begin with https:// or http://': 'deve começar com https:// ou http://',
  'must begin with https://': 'deve começar com https://',
  'must describe an object': 'deve descrever um objeto',
  'names must differ': 'os nomes não podem se repetir',
  'no business day is on a weekend': 'nenhum dia útil cai no fim de semana',
  'no run can receive this event': 'nenhum fluxo pode receber este acontecimento',
  'no run can start by this event': 'nenhum fluxo pode começar por este acontecimento',
  'not an RE2 pattern': 'não é um padrão RE2',
  'one weight at least must be above 0': 'ao menos um peso deve ser maior que 0',
  'only documents have a file name': 'só documentos têm nome de arquivo',
  'only until can fail': 'só "until" pode falhar',
  'several sections need a title each': 'havendo várias seções, cada uma precisa de um título',
  'sounds and stickers have no caption': 'áudios e figurinhas não têm legenda',
  'the calendar names a zone already': 'o calendário já indica um fuso horário',
  'timeoutNext needs timeout': '"timeoutNext" precisa de "timeout"',
  'titles must differ': 'os títulos não podem se repetir',
  'words must differ': 'as palavras não podem se repetir',
}

/** Sentences with a number in them. */
const OWN_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/^at most (\d+) characters$/, 'no máximo $1 caracteres'],
  [/^at most (\d+) rows in all$/, 'no máximo $1 linhas ao todo'],
  [/^at most (\d+) headers$/, 'no máximo $1 cabeçalhos'],
  [/^at most (\d+) intents$/, 'no máximo $1 intenções'],
  [/^at most (\d+) cases$/, 'no máximo $1 casos'],
  [/^at most (\d+) names$/, 'no máximo $1 nomes'],
  [/^must be positive and at most (\d+) years$/, 'deve ser positiva e de no máximo $1 anos'],
]

/** The Portuguese of a sentence that one of our schemas gives, or null when the tables lack it. */
export function portugueseOf(sentence: string): string | null {
  if (Object.hasOwn(OWN_SENTENCES, sentence)) return OWN_SENTENCES[sentence] ?? null
  const pattern = OWN_PATTERNS.find(([shape]) => shape.test(sentence))
  return pattern ? sentence.replace(pattern[0], pattern[1]) : null
}

/**
 * Of a value that may have one of several forms, what is wrong with the form that it comes nearest to; any other issue is
 * itself.
 */
export function nearestIssues(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const forms = issue.errors.map((issues) => issues.flatMap(nearestIssues))
  const weights = forms.map(weightOf)
  const least = Math.min(...weights)
  const nearest = forms[weights.indexOf(least)]
  // Forms that are all as far away tell nothing together.
  const isClear = weights.filter((weight) => weight === least).length === 1
  if (!nearest || !isClear) return [issue]
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** A value with foreign fields was hardly meant to have this form. */
function weightOf(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, { code }) => sum + (code === 'unrecognized_keys' ? 3 : 1), 0)
}

/** What an issue of a parse with `SAYABLE` says; a library's own sentence stays as it is. */
export function sayIssue(issue: z.core.$ZodIssue): Localized {
  if (issue.message === UNSAID) {
    return { 'pt-BR': sayBy('pt-BR', issue), en: sayBy('en', issue) }
  }
  return { 'pt-BR': portugueseOf(issue.message) ?? issue.message, en: issue.message }
}

function sayBy(language: keyof Localized, issue: z.core.$ZodIssue): string {
  const said = LOCALES[language](issue as z.core.$ZodRawIssue)
  return (typeof said === 'string' ? said : said?.message) ?? ''
}
