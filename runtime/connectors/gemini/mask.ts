// Personal data leaves as marks, `[CPF_1]`, the same for the same value within a call, and comes back as itself where
// the contact is whose it is. Runs before anything is sent: what is not found here goes to the provider as it is.

export interface Masker {
  /** @param isOwn the contact wrote it, or it is the contact's own data: it may come back */
  mask(text: string, isOwn: boolean): string
  /** Puts values back. @returns null when there is a mark that was not given out, or must not come back */
  unmask(text: string): string | null
}

/** What the tenant knows of the contact. */
export interface KnownPerson {
  name: string | null
  phone: string | null
  email: string | null
}

interface Kind {
  name: string
  pattern: RegExp
  isIt?: (found: string) => boolean
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '')

/** With a slip in it, it is still somebody's. */
const WRITTEN_CPF = /^\d{3}\.\d{3}\.\d{3}-\d{2}$/

/** The more particular first: a card has digits in which a phone number could be seen. */
const KINDS: readonly Kind[] = [
  {
    name: 'EMAIL',
    pattern: /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,4}/gu,
  },
  {
    name: 'CHAVE_PIX',
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  },
  {
    name: 'CNPJ',
    pattern: /\b[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}[/ ]?[0-9A-Z]{4}-?\d{2}\b/gi,
    isIt: isCnpj,
  },
  {
    name: 'CARTAO',
    pattern: /\b(?:\d[ .-]?){12,18}\d\b/g,
    isIt: (found) => isLuhn(digitsOf(found)),
  },
  {
    name: 'CPF',
    pattern: /\b\d{3}[ .]?\d{3}[ .]?\d{3}[ .-]?\d{2}\b/g,
    isIt: (found) => isCpf(found) || WRITTEN_CPF.test(found),
  },
  {
    name: 'TELEFONE',
    pattern:
      /(?<![\p{L}\p{N}])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,3}\)|\d{2,3})?[ .-]?\d{4,5}[ .-]?\d{4}(?!\d)/gu,
    isIt: (found) => digitsOf(found).length >= 8 && digitsOf(found).length <= 15,
  },
  { name: 'CEP', pattern: /\b\d{2}\.?\d{3}-\d{3}\b/g },
]

/** Of these nothing comes back, whoever wrote it. */
const NEVER_BACK = new Set(['CARTAO'])
const MARK = /\[([A-Z]+(?:_[A-Z]+)?)_(\d{1,4})\]/g

export function createMasker(person: KnownPerson): Masker {
  const marks = new Map<string, string>()
  const values = new Map<string, { value: string; isOwn: boolean }>()
  const counts = new Map<string, number>()
  const markOf = (kind: string, found: string, isOwn: boolean): string => {
    const key = `${kind} ${kind === 'EMAIL' || kind === 'NOME' ? found.toLowerCase() : keyOf(found)}`
    const known = marks.get(key)
    const number = (counts.get(kind) ?? 0) + (known === undefined ? 1 : 0)
    const mark = known ?? `[${kind}_${number}]`
    counts.set(kind, number)
    marks.set(key, mark)
    const before = values.get(mark)
    values.set(mark, { value: before?.value ?? found, isOwn: isOwn || (before?.isOwn ?? false) })
    return mark
  }
  const names = namesOf(person)
  for (const [kind, value] of [
    ['EMAIL', person.email],
    ['TELEFONE', person.phone],
  ] as const) {
    if (value !== null) markOf(kind, value, true)
  }
  return {
    mask: (text, isOwn) => {
      // Marks that somebody writes are none of ours.
      let masked = text.normalize('NFKC').replaceAll(MARK, '($1 $2)')
      for (const { name, pattern, isIt = () => true } of KINDS) {
        masked = masked.replaceAll(pattern, (found) =>
          isIt(found) ? keepingEnds(found, (inner) => markOf(name, inner, isOwn)) : found,
        )
      }
      for (const name of names) {
        masked = masked.replaceAll(name, (found) => markOf('NOME', found, true))
      }
      return masked
    },
    unmask: (text) => {
      let isWhole = true
      const unmasked = text.replaceAll(MARK, (mark, kind: string) => {
        const known = values.get(mark)
        if (known?.isOwn === true && !NEVER_BACK.has(kind)) return known.value
        isWhole = false
        return mark
      })
      return isWhole ? unmasked : null
    },
  }
}

/** A number is the same however it is written; an own phone number also without its country. */
function keyOf(found: string): string {
  const plain = found.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase()
  return /^55\d{10,11}$/.test(plain) ? plain.slice(2) : plain
}

/** Spaces and full stops at the ends belong to the sentence. */
function keepingEnds(found: string, mark: (inner: string) => string): string {
  const inner = found.replaceAll(/^[ .-]+|[ .-]+$/g, '')
  return inner === '' ? found : found.replace(inner, () => mark(inner))
}

const SPECIAL = /[.*+?^${}()|[\]\\]/g

/** The whole name, then the first one: with its capital, as people write it. */
function namesOf({ name }: KnownPerson): RegExp[] {
  const whole = name?.normalize('NFKC').trim() ?? ''
  const [first = ''] = whole.split(/\s+/)
  return [...new Set([whole, first])]
    .filter((word) => word.length >= 3 && /^\p{Lu}/u.test(word))
    .map(
      (word) =>
        new RegExp(
          `(?<![\\p{L}\\p{N}])${word.replaceAll(SPECIAL, String.raw`\$&`)}(?![\\p{L}\\p{N}])`,
          'gu',
        ),
    )
}

function isLuhn(digits: string): boolean {
  if (digits.length < 13 || /^(\d)\1*$/.test(digits)) return false
  const sum = Array.from(digits, Number)
    .toReversed()
    .reduce((total, digit, index) => {
      const doubled = digit * (index % 2 === 0 ? 1 : 2)
      return total + (doubled > 9 ? doubled - 9 : doubled)
    }, 0)
  return sum % 10 === 0
}

function isCpf(found: string): boolean {
  const digits = digitsOf(found)
  if (/^(\d)\1*$/.test(digits)) return false
  return [9, 10].every((length) => {
    const sum = Array.from(digits.slice(0, length), Number).reduce(
      (total, digit, index) => total + digit * (length + 1 - index),
      0,
    )
    return ((sum * 10) % 11) % 10 === Number(digits[length])
  })
}

const valueOf = (letter: string): number => letter.charCodeAt(0) - 48

/** With letters too, as since July 2026: each counts as its character code less 48. */
function isCnpj(found: string): boolean {
  const plain = found.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase()
  if (plain.length !== 14 || /^(.)\1*$/.test(plain)) return false
  return [12, 13].every((length) => {
    const sum = Array.from(plain.slice(0, length), valueOf)
      .toReversed()
      .reduce((total, value, index) => total + value * ((index % 8) + 2), 0)
    const rest = sum % 11
    return (rest < 2 ? 0 : 11 - rest) === Number(plain[length])
  })
}
