// Seeded randomness: the same seed gives the same numbers for ever.

export interface Random {
  /** 0 inclusive to 1 exclusive. */
  next(): number
  /** 0 to `below - 1`. */
  int(below: number): number
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** A generator of its own, so that what one part draws does not move another. */
  fork(name: string): Random
}

const UINT32 = 2 ** 32

/** sfc32, seeded by text. */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = seedOf(seed)
  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / UINT32
  }
  for (let round = 0; round < 12; round++) next()
  const int = (below: number): number => Math.floor(next() * below)
  return {
    next,
    int,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: <Item>(items: readonly Item[]) => items[int(items.length)] as Item,
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}

function seedOf(text: string): [number, number, number, number] {
  return [hashText(text, 1), hashText(text, 2), hashText(text, 3), 1]
}

/** FNV-1a with a final mix. */
export function hashText(text: string, salt = 0): number {
  let hash = 0x811c9dc5 ^ salt
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}
