// What counts as an answer to a question, and what is kept of it: numbers, e-mails, phones, CPFs, dates, choices.

import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import { compilePattern, patternProblem } from '../expression/pattern.ts'
import { plainWords } from '../expression/plain-words.ts'

const MAX_ANSWER = 4096

const BoundsSchema = { min: z.number().optional(), max: z.number().optional() }

export const AnswerSchema = z.discriminatedUnion('type', [
  /** Any words; `min` and `max` count characters. */
  z.strictObject({ type: z.literal('text'), ...BoundsSchema }),
  /** `1.234,5` and `1234.5` alike. */
  z.strictObject({ type: z.literal('number'), ...BoundsSchema }),
  z.strictObject({ type: z.literal('integer'), ...BoundsSchema }),
  z.strictObject({ type: z.literal('email') }),
  z.strictObject({ type: z.literal('phone') }),
  z.strictObject({ type: z.literal('cpf') }),
  /** `31/12/2026` or `2026-12-31`; kept in ISO 8601. */
  z.strictObject({ type: z.literal('date') }),
  /** One of these, by its words or its number in the list; buttons are choices too. */
  z.strictObject({
    type: z.literal('choice'),
    choices: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
  }),
  z.strictObject({
    type: z.literal('pattern'),
    pattern: z.string().refine((source) => patternProblem(source) === null, {
      message: 'not an RE2 pattern',
    }),
  }),
])
export type AnswerRule = z.infer<typeof AnswerSchema>

/** Reads an answer from a message; null when it is none. */
export type AnswerReader = (message: JsonObject) => Json | null

/**
 * Makes the reader of a question's answers.
 * @param buttons of the question; a choice without a list of its own means them
 */
export function answerReader(
  rule: AnswerRule,
  buttons: readonly { id: string; title: string }[],
): AnswerReader {
  if (rule.type === 'choice') return choiceReader(rule.choices, buttons)
  const read = textReader(rule)
  return (message) => {
    const text = wordsOf(message)
    return text === '' || text.length > MAX_ANSWER ? null : read(text)
  }
}

/** The words of a message, trimmed. */
export function wordsOf({ text }: JsonObject): string {
  return typeof text === 'string' ? text.trim() : ''
}

type TextRule = Exclude<AnswerRule, { type: 'choice' }>

function textReader(rule: TextRule): (text: string) => Json | null {
  switch (rule.type) {
    case 'text':
      return (text) => (isWithin(Array.from(text).length, rule) ? text : null)
    case 'number':
    case 'integer':
      return (text) => {
        const value = numberOf(text)
        if (value === null || (rule.type === 'integer' && !Number.isInteger(value))) return null
        return isWithin(value, rule) ? value : null
      }
    case 'email':
      return emailOf
    case 'phone':
      return phoneOf
    case 'cpf':
      return cpfOf
    case 'date':
      return dateOf
    case 'pattern': {
      const matches = compilePattern(rule.pattern)
      return (text) => (matches(text) ? text : null)
    }
  }
}

function isWithin(
  value: number,
  { min, max }: { min?: number | undefined; max?: number | undefined },
): boolean {
  return value >= (min ?? -Infinity) && value <= (max ?? Infinity)
}

/** Brazilian and international writing; a lone `1.500` is fifteen hundred, as people mean it here. */
function numberOf(text: string): number | null {
  const bare = text.replace(/^R\$\s*/i, '').replaceAll(/\s/g, '')
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare)) {
    return Number(bare.replaceAll('.', '').replace(',', '.'))
  }
  if (!/^-?\d{1,15}([.,]\d{1,10})?$/.test(bare)) return null
  return Number(bare.replace(',', '.'))
}

const EmailSchema = z.email()

function emailOf(text: string): string | null {
  const email = text.toLowerCase()
  return email.length <= 320 && EmailSchema.safeParse(email).success ? email : null
}

/** E.164; a number without a country is Brazilian, and old mobiles get their ninth digit (Anatel, 2016). */
function phoneOf(text: string): string | null {
  if (!/^\+?[\d\s().-]{8,30}$/.test(text)) return null
  const digits = text.replaceAll(/\D/g, '')
  if (text.startsWith('+') && !digits.startsWith('55')) {
    return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : null
  }
  const isLong = digits.length >= 12 && digits.startsWith('55')
  const national = (isLong ? digits.slice(2) : digits).replace(/^0/, '')
  const complete = national.replace(/^([1-9][1-9])([6-9]\d{7})$/, '$19$2')
  return /^[1-9][1-9](9\d{8}|[2-5]\d{7})$/.test(complete) ? `+55${complete}` : null
}

/** Eleven digits of which the last two are check digits (Receita Federal). */
function cpfOf(text: string): string | null {
  const cpf = text.replaceAll(/[.\s-]/g, '')
  if (!/^\d{11}$/.test(cpf) || /^(\d)\1+$/.test(cpf)) return null
  return checkDigit(cpf, 9) === cpf[9] && checkDigit(cpf, 10) === cpf[10] ? cpf : null
}

function checkDigit(cpf: string, length: number): string {
  const sum = Array.from(cpf.slice(0, length)).reduce(
    (total, digit, index) => total + Number(digit) * (length + 1 - index),
    0,
  )
  return String(((sum * 10) % 11) % 10)
}

function dateOf(text: string): string | null {
  const brazilian = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text)
  const iso = brazilian
    ? `${brazilian[3]}-${brazilian[2]?.padStart(2, '0')}-${brazilian[1]?.padStart(2, '0')}`
    : text
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso)) return null
  try {
    return Temporal.PlainDate.from(iso).toString()
  } catch {
    return null
  }
}

function choiceReader(
  choices: readonly string[] | undefined,
  buttons: readonly { id: string; title: string }[],
): AnswerReader {
  const options = choices
    ? choices.map((choice) => ({ value: choice, words: plainWords(choice) }))
    : buttons.map(({ id, title }) => ({ value: id, words: plainWords(title) }))
  const ids = new Set(buttons.map(({ id }) => id))
  return (message) => {
    const pressed = pressedOf(message)
    if (pressed !== null && ids.has(pressed) && !choices) return pressed
    const words = plainWords(wordsOf(message))
    const named = options.find((option) => option.words === words)
    return (
      named?.value ?? (/^\d{1,2}$/.test(words) ? options[Number(words) - 1]?.value : null) ?? null
    )
  }
}

/** Id of the button or list row that was pressed, as the message's content tells it. */
function pressedOf({ content }: JsonObject): string | null {
  if (!isJsonObject(content)) return null
  const { type, id, payload } = content
  if (type === 'button') return typeof payload === 'string' ? payload : null
  const isReply = type === 'button_reply' || type === 'list_reply'
  return isReply && typeof id === 'string' ? id : null
}
