// Where a tenant has no model: the intent whose words a text holds. Words are the node's own, compared without case,
// accents and punctuation; they are named as what decided.

import type { AiCommand } from '#machines/contracts/effect.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import { plainWords } from '#machines/expression/plain-words.ts'

type Classify = Extract<AiCommand, { kind: 'ai.classify' }>

const REST = 'outro'
/** `plainWords` reads so many characters. */
const PIECE = 160

/** @returns the result; null when no words are laid down, or none is there and no intent stands for the rest */
export function classifyByKeywords({ input, intents, keywords }: Classify): JsonObject | null {
  if (!keywords || Object.keys(keywords).length === 0) return null
  const text = ` ${plainText(input)} `
  const scores = intents.map((intent) => {
    const words = Object.hasOwn(keywords, intent) ? (keywords[intent] ?? []) : []
    const found = words.map(plainWords).filter((word) => word !== '' && text.includes(` ${word} `))
    return { intent, found, score: found.reduce((sum, word) => sum + word.length, 0) }
  })
  const best = scores.reduce((one, other) => (other.score > one.score ? other : one))
  if (best.score > 0) return resultOf(best.intent, 1, best.found)
  return intents.includes(REST) ? resultOf(REST, 0, []) : null
}

function resultOf(intent: string, confidence: number, matched: string[]): JsonObject {
  return { intent, confidence, entities: {}, by: 'keywords', matched }
}

/** Words stay whole: a piece ends where one does. */
function plainText(input: string): string {
  const pieces = [...input.matchAll(new RegExp(`[^]{1,${PIECE}}(?=[^\\p{L}\\p{N}]|$)`, 'gu'))]
  return pieces.map(([piece]) => plainWords(piece)).join(' ')
}
