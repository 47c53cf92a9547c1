// What a run measures, from its words and the environment.

const PARTS = [
  'drain',
  'batches',
  'workers',
  'ingest',
  'latency',
  'effects',
  'timers',
  'live',
  'resting',
] as const
const NAMES = ['fluxolab', 'bare', 'restate', 'dbos'] as const
const SIZES = ['10k', '100k', '1m'] as const
export type Part = (typeof PARTS)[number]
export type ContenderName = (typeof NAMES)[number]
export type RestingSize = (typeof SIZES)[number]

export interface Plan {
  parts: readonly Part[]
  names: readonly ContenderName[]
  /** How many actors rest. */
  sizes: readonly RestingSize[]
  quick: boolean
  /** Nothing was left out: the results may be kept. */
  isWhole: boolean
}

/** @throws {Error} for a word that is neither a part, a contender nor a size */
export function parsePlan(words: readonly string[], env: NodeJS.ProcessEnv): Plan {
  const chosen = <Word extends string>(all: readonly Word[]): readonly Word[] => {
    const named = all.filter((word) => words.includes(word))
    return named.length > 0 ? named : all
  }
  const known: readonly string[] = [...PARTS, ...NAMES, ...SIZES]
  const unknown = words.find((word) => !known.includes(word))
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${known.join(', ')}`)
  const quick = env['BENCH_QUICK'] === '1'
  return {
    parts: chosen(PARTS),
    names: chosen(NAMES),
    // A million takes longer to make than everything else that is quick.
    sizes: quick && !SIZES.some((size) => words.includes(size)) ? ['10k', '100k'] : chosen(SIZES),
    quick,
    isWhole: words.length === 0 && !quick,
  }
}
