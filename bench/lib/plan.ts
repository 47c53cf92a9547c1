// What a run measures, from its words and the environment.

import type { ContenderName } from '../drain.ts'

const PARTS = ['drain', 'ingest', 'latency'] as const
const NAMES = ['fluxolab', 'bare', 'restate', 'dbos'] as const
type Part = (typeof PARTS)[number]

export interface Plan {
  parts: readonly Part[]
  names: readonly ContenderName[]
  quick: boolean
  /** Nothing was left out: the results may be kept. */
  isWhole: boolean
}

/** @throws {Error} for a word that is neither a part nor a contender */
export function parsePlan(words: readonly string[], env: NodeJS.ProcessEnv): Plan {
  const parts = PARTS.filter((part) => words.includes(part))
  const names = NAMES.filter((name) => words.includes(name))
  const known: readonly string[] = [...parts, ...names]
  const unknown = words.find((word) => !known.includes(word))
  if (unknown !== undefined) {
    throw new Error(`${unknown} is none of ${[...PARTS, ...NAMES].join(', ')}`)
  }
  return {
    parts: parts.length > 0 ? parts : PARTS,
    names: names.length > 0 ? names : NAMES,
    quick: env['BENCH_QUICK'] === '1',
    isWhole: words.length === 0,
  }
}
