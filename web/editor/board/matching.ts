// Finding by typing: every word must be somewhere, what begins with it comes first. Pure.

export interface Option {
  id: string
  title: string
  detail?: string
  icon?: string
  /** Found by these words too, though they are not shown. */
  also?: string
  /** Heading under which it stands while nothing is typed. */
  group?: string
}

/** `Não É` and `nao e` are the same to who types. */
export const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()

/** All of them, in their own order, while nothing is typed. */
export function matching<Item extends Option>(options: readonly Item[], query: string): Item[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...options]
  const found = options.flatMap((option) => {
    const rank = rankOf(option, words)
    return rank === null ? [] : [{ option, rank }]
  })
  return found.toSorted((a, b) => a.rank - b.rank).map(({ option }) => option)
}

/** Lower is better; null where a word is nowhere. */
function rankOf(
  { title, detail = '', also = '' }: Option,
  words: readonly string[],
): number | null {
  const name = plain(title)
  const rest = plain(`${detail} ${also}`)
  let rank = 0
  for (const word of words) {
    if (name.startsWith(word)) rank += 0
    else if (name.includes(` ${word}`)) rank += 1
    else if (name.includes(word)) rank += 2
    else if (rest.includes(word)) rank += 3
    else return null
  }
  return rank
}
