// What the contact said, as turns that hold data and nothing else: each is a JSON object, so that no words of a contact
// can end the place where they stand.

import type { Turn } from './language-model.ts'
import type { Masker } from './mask.ts'
import type { Said } from './surroundings.ts'

const MAX_SAID_CHARS = 2_000
const MAX_HISTORY_CHARS = 12_000

export interface Conversation {
  turns: Turn[]
  /** The contact's own words, masked. */
  contactWords: string[]
}

export interface Question {
  /** What the node asks about; it may hold words of anybody. */
  input: string
  instructions: string | null
  history: readonly Said[]
}

export function conversationOf(
  { input, instructions, history }: Question,
  masker: Masker,
): Conversation {
  const text = masker.mask(input, true)
  const guidance = instructions === null ? null : masker.mask(instructions, true)
  const before = recent(history, input).map(({ by, text: said }) => ({
    by,
    text: masker.mask(said.slice(0, MAX_SAID_CHARS), by === 'contact'),
  }))
  const turns = before.map(({ by, text: said }): Turn =>
    by === 'contact'
      ? { role: 'user', text: JSON.stringify({ mensagem_do_contato: said }) }
      : { role: 'model', text: JSON.stringify({ reply_text: said }) },
  )
  const question = {
    texto: text,
    ...(guidance !== null && { orientacao_do_fluxo: guidance }),
  }
  // A conversation begins with the user.
  const opening: Turn[] =
    turns[0]?.role === 'model'
      ? [{ role: 'user', text: JSON.stringify({ inicio: 'a conversa começou antes' }) }]
      : []
  return {
    turns: [...opening, ...turns, { role: 'user', text: JSON.stringify(question) }],
    contactWords: [
      text,
      ...before.filter(({ by }) => by === 'contact').map(({ text: said }) => said),
    ],
  }
}

/** The latest that fit; the message that the node asks about stands in the question already. */
function recent(history: readonly Said[], input: string): Said[] {
  const last = history.at(-1)
  const isAsked = last?.by === 'contact' && last.text !== '' && input.includes(last.text)
  let room = MAX_HISTORY_CHARS
  return (isAsked ? history.slice(0, -1) : history)
    .toReversed()
    .filter(({ text }) => {
      room -= Math.min(text.length, MAX_SAID_CHARS)
      return text !== '' && room >= 0
    })
    .toReversed()
}
