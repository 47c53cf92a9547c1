// What the model may not say, whatever it was asked: nothing that another part could take for a placeholder or markup,
// no address and no number that neither the catalogue nor the contact has said, and none of the rules.

/** Liquid and its like, markup, and our own paths: a reply is words and nothing else. */
const MACHINERY = /\{\{|\}\}|\{%|%\}|\$\{|<[a-z!/?]|&#|javascript:|data:text/i
/** What nobody sees: controls, and marks of format, except the one that joins emoji. */
const INVISIBLE = /(?![\n\r\t])\p{Cc}|(?!\u200d)\p{Cf}|\p{Co}/u
const KEYS_OF_PROTOTYPES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** @returns what is wrong with a value of the model, in a sentence for it; null: nothing */
export function hostilityOf(value: unknown): string | null {
  if (typeof value === 'string') {
    if (MACHINERY.test(value)) return 'texts must not contain {{, {%, ${ or markup'
    return INVISIBLE.test(value) ? 'texts must not contain invisible characters' : null
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, item] of Object.entries(value)) {
    if (KEYS_OF_PROTOTYPES.has(key)) return 'the answer has a key that is not allowed'
    const found = hostilityOf(key) ?? hostilityOf(item)
    if (found !== null) return found
  }
  return null
}

const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>"')\]]+|[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+|(?<![\p{L}\p{N}@])(?:[\p{L}\p{N}-]+\.)+(?:com|net|org|io|br|app|dev|me|info|co|ly|gg|xyz|shop|site|link|online|store|click|top)(?![\p{L}\p{N}])[^\s<>"')\]]*/giu
const NUMBER = /\d[\d.,:/]*/g

/** Addresses in a text that none of the sources holds. */
export function foreignAddresses(text: string, sources: readonly string[]): string[] {
  const known = sources.join('\n').toLowerCase()
  const said = [...text.matchAll(ADDRESS)].map(([found]) => trimmed(found.toLowerCase()))
  return said.filter((address) => !known.includes(address))
}

/** Numbers in a text, outside of its addresses, that none of the sources holds. */
export function foreignNumbers(text: string, sources: readonly string[]): string[] {
  const known = new Set([...sources.join('\n').matchAll(NUMBER)].map(([found]) => trimmed(found)))
  const said = [...text.replaceAll(ADDRESS, ' ').matchAll(NUMBER)].map(([found]) => trimmed(found))
  return said.filter((number) => !known.has(number))
}

function trimmed(found: string): string {
  return found.replace(/[.,:;/!?]+$/, '')
}

const RUN = 7

/** True when a text repeats a run of words of the rules: seven in a row are no chance. */
export function repeats(text: string, rules: string): boolean {
  const known = ` ${wordsOf(rules).join(' ')} `
  const words = wordsOf(text)
  return words.some(
    (_, at) =>
      at + RUN <= words.length && known.includes(` ${words.slice(at, at + RUN).join(' ')} `),
  )
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Words of price and payment, with their forms: such a question goes to a person. */
const MONEY =
  /\b(precos?|quanto (e|sai|fica|custa|custam|cobra|cobram|pago)|custos?|custam?|custaria|valor(es)?|orcamentos?|pag(ar|amento|amentos|o|uei|ou)|parcel(a|as|ar|ado|amento)|descontos?|promoca?o|boletos?|pix|cartao|cartoes|credito|debito|reembolsos?|estornos?|faturas?|cobranca|mensalidades?|juros|gratis|prices?|how much|costs?|pay|payments?|paid|invoices?|refunds?|discounts?|billing|fees?)\b|r\$|\$ ?\d/

/** @param plain in plain words: no accents, lower case */
export function isAboutMoney(text: string): boolean {
  return MONEY.test(
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}+/gu, '')
      .toLowerCase(),
  )
}
