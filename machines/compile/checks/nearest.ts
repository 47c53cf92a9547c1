// Which name was probably meant: the one that takes the fewest changed characters.

/** Longer names are not compared: the table grows with the square. */
const MAX_LENGTH = 64
const MAX_CANDIDATES = 500

/** The only candidate that is nearest and near, up to one changed character in three; null when there is none. */
export function nearestOf(name: string, candidates: readonly string[]): string | null {
  const limit = Math.floor(name.length / 3)
  if (name.length > MAX_LENGTH || limit === 0) return null
  let best: string | null = null
  let least = limit + 1
  for (const candidate of candidates.slice(0, MAX_CANDIDATES)) {
    if (candidate === name || Math.abs(candidate.length - name.length) > limit) continue
    const distance = editDistance(name, candidate)
    if (distance < least) [best, least] = [candidate, distance]
    else if (distance === least) best = null
  }
  return best
}

/** Levenshtein's distance, row by row. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
