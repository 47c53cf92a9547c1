// The drain with batches of other sizes than the product's.

import { createFluxoLab } from './contenders/fluxolab.ts'
import type { Ground } from './lib/ground.ts'
import type { Run } from './lib/measured.ts'
import { type Entrant, measureRounds } from './lib/rounds.ts'

const SIZES = [100, 500, 1_000, 2_000]
const MESSAGES = 3

export interface BatchesPlan {
  rounds: number
  contacts: number
  onRound: (text: string) => void
}

export async function measureBatches(ground: Ground, plan: BatchesPlan): Promise<Run[]> {
  const entrants: Entrant[] = []
  try {
    for (const batchSize of SIZES) {
      const contender = await createFluxoLab(ground, batchSize)
      entrants.push({ contender, size: { contacts: plan.contacts, messages: MESSAGES } })
    }
    return await measureRounds(ground, entrants, { part: 'batches', ...plan })
  } finally {
    for (const { contender } of entrants) await contender.stop()
  }
}
