// What the stand-in for Gemini says when no script has laid out anything: the same answer to the same question, plausible
// by the form that is asked for. It matches words; it understands nothing.

import { isJsonObject, type Json, type JsonObject } from '#machines/contracts/json.ts'
import { plainWords } from '#machines/expression/plain-words.ts'
import { draftAnswer } from './drafter.ts'
import { type Generate, textOf } from './request.ts'

const WORDS: Readonly<Record<string, string>> = {
  interesse_compra: 'quero comprar contratar assinar interesse plano produto preco quanto',
  suporte: 'problema erro ajuda suporte quebrou defeito travou parou reclamar funciona',
  agendamento: 'agendar marcar horario agenda consulta visita reuniao remarcar',
}
const SURE = 0.92
const UNSURE = 0.35
const MONEY = /\b(preco|valor|custa|custam|pagar|pagamento|pix|boleto|desconto|parcela)/
const GREETING = /^(oi|ola|bom dia|boa tarde|boa noite|hello|hi|hey|tudo bem)\b/

/** The text of the answer. */
export function matchAnswer(request: Generate): string {
  const schema = request.generationConfig?.responseJsonSchema ?? {}
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {}
  const said = saidIn(request)
  if ('reply_text' in properties) return JSON.stringify(replyTo(said, request, properties))
  if ('intent' in properties) return JSON.stringify(classify(said, properties))
  if ('definition' in properties) return JSON.stringify(draftAnswer(askedIn(request)))
  if ('data' in properties) return JSON.stringify(extract(said, properties['data'] ?? {}))
  return JSON.stringify(Object.fromEntries(Object.keys(properties).map((name) => [name, true])))
}

/** The first turn holds the question; what comes after it are repairs. */
function askedIn({ contents }: Generate): JsonObject {
  const [first] = contents
  try {
    const data = JSON.parse(first ? textOf(first) : '') as Json
    return isJsonObject(data) ? data : {}
  } catch {
    return {}
  }
}

function saidIn({ contents }: Generate): string {
  const last = contents.findLast(({ role }) => role === 'user')
  const text = last ? textOf(last) : ''
  try {
    const data = JSON.parse(text) as Json
    return isJsonObject(data) && typeof data['texto'] === 'string' ? data['texto'] : text
  } catch {
    return text
  }
}

function enumOf(property: Json | undefined): string[] {
  const values = isJsonObject(property) ? property['enum'] : undefined
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
}

function wordsOf(text: string): Set<string> {
  return new Set(
    plainWords(text)
      .split(' ')
      .filter((word) => word.length > 3),
  )
}

function overlap(one: Set<string>, other: Set<string>): number {
  return [...one].filter((word) => other.has(word)).length
}

function classify(said: string, { intent }: JsonObject): JsonObject {
  const words = wordsOf(said)
  const intents = enumOf(intent)
  const scores = intents.map((name) => {
    const known = wordsOf(`${name.replaceAll('_', ' ')} ${WORDS[name] ?? ''}`)
    return { name, score: overlap(words, known) }
  })
  const best = scores.reduce((one, other) => (other.score > one.score ? other : one), {
    name: intents.includes('outro') ? 'outro' : (intents[0] ?? ''),
    score: 0,
  })
  return { intent: best.name, confidence: best.score > 0 ? SURE : UNSURE, entities: {} }
}

interface Entry {
  id: string
  title: string
  text: string
}

function replyTo(said: string, request: Generate, properties: JsonObject): JsonObject {
  const [topic] = enumOf(properties['topic'])
  const { intent } = classify(said, properties)
  const about = { intent: intent ?? 'outro', entities: {}, ...(topic !== undefined && { topic }) }
  const plain = plainWords(said)
  const person = {
    reply_text: 'Vou chamar uma pessoa da equipe para falar com você. Podemos agendar?',
    confidence: SURE,
    basis: 'person',
    cited: [],
    needs_person: true,
    ...about,
  }
  if (MONEY.test(plain)) return person
  if (GREETING.test(plain) && plain.split(' ').length < 5) {
    const reply_text = 'Oi! Como posso ajudar?'
    return { ...person, reply_text, basis: 'conversation', needs_person: false }
  }
  const entry = bestEntry(said, request)
  return entry
    ? {
        ...person,
        reply_text: entry.text,
        basis: 'catalogue',
        cited: [entry.id],
        needs_person: false,
      }
    : person
}

function bestEntry(said: string, { systemInstruction }: Generate): Entry | null {
  const listed = /^Catálogo: (\[.*\])$/m.exec(systemInstruction ? textOf(systemInstruction) : '')
  if (!listed?.[1]) return null
  const words = wordsOf(said)
  const entries = (JSON.parse(listed[1]) as Entry[]).map((entry) => ({
    entry,
    score: overlap(words, wordsOf(`${entry.title} ${entry.text}`)),
  }))
  const best = entries.toSorted((one, other) => other.score - one.score)[0]
  return best && best.score > 0 ? best.entry : null
}

function extract(said: string, schema: Json): JsonObject {
  const properties =
    isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {}
  const required =
    isJsonObject(schema) && Array.isArray(schema['required']) ? schema['required'] : []
  const data = Object.entries(properties).flatMap(([name, property]) => {
    const value = valueFor(name, property, said)
    if (value !== undefined) return [[name, value]]
    return required.includes(name) ? [[name, emptyOf(property)]] : []
  })
  return {
    data: Object.fromEntries(data) as JsonObject,
    confidence: data.length > 0 ? SURE : UNSURE,
  }
}

/** By name, kind and the words around it: `cidade` finds "moro em Patos de Minas". */
function valueFor(name: string, property: Json, said: string): Json | undefined {
  const type = isJsonObject(property) ? property['type'] : undefined
  const choice = enumOf(property).find((value) => plainWords(said).includes(plainWords(value)))
  if (choice !== undefined) return choice
  if (type === 'number' || type === 'integer') {
    const found = /\d+(?:[.,]\d+)?/.exec(said.replaceAll(/\[[A-Z_]+_\d+\]/g, ''))?.[0]
    return found === undefined ? undefined : Number(found.replace(',', '.'))
  }
  if (type === 'boolean') return /\b(sim|yes|claro|quero)\b/i.test(said)
  if (type !== 'string') return undefined
  const mark = new RegExp(`\\[${MARKS[plainWords(name)] ?? '-'}_\\d+\\]`).exec(said)?.[0]
  if (mark !== undefined) return mark
  const after = AFTER[plainWords(name)]
  return after?.exec(said)?.[1]?.trim()
}

const MARKS: Readonly<Record<string, string>> = {
  cpf: 'CPF',
  email: 'EMAIL',
  telefone: 'TELEFONE',
  phone: 'TELEFONE',
  cep: 'CEP',
  nome: 'NOME',
  name: 'NOME',
}
const AFTER: Readonly<Record<string, RegExp>> = {
  nome: /(?:me chamo|meu nome é|sou (?:o|a)?)\s+([\p{L} ]{2,40})/iu,
  cidade: /(?:moro em|sou de|cidade de|em)\s+(\p{Lu}[\p{L} ]{2,40})/u,
  produto: /(?:plano|produto)\s+([\p{L}\p{N}]{2,30})/iu,
}

function emptyOf(property: Json): Json {
  const type = isJsonObject(property) ? property['type'] : undefined
  if (type === 'number' || type === 'integer') return 0
  if (type === 'boolean') return false
  return type === 'array' ? [] : type === 'object' ? {} : (enumOf(property)[0] ?? '')
}
