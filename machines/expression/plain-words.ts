// What a message says once case, accents and punctuation are taken away: how words are compared with what people type.

/**
 * Brings a text to its plain words: `  Não, obrigado! ` gives `nao obrigado`.
 * @param text any length; callers compare it with short words, so what is longer than 200 characters is cut
 */
export function plainWords(text: string): string {
  return text
    .slice(0, 200)
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
