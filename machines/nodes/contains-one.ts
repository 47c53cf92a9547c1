// The filter of message triggers: one of some words stands in what the contact wrote, whatever the case.

/** True when no words are asked for, or the text contains one of them. */
export function containsOne(text: unknown, words: readonly string[] | undefined): boolean {
  if (words === undefined) return true
  if (typeof text !== 'string') return false
  const lowered = text.toLocaleLowerCase('pt-BR')
  return words.some((word) => lowered.includes(word.toLocaleLowerCase('pt-BR')))
}
