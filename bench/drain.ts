// The drain: waiting events of contacts worked off, by each contender in turn, round after round.

import { createBareLoop } from './contenders/bare.ts'
import { createDbos } from './contenders/dbos.ts'
import { createFluxoLab } from './contenders/fluxolab.ts'
import { createRestate } from './contenders/restate.ts'
import type { Ground } from './lib/ground.ts'
import type { Run } from './lib/measured.ts'
import type { ContenderName } from './lib/plan.ts'
import { type Entrant, measureRounds } from './lib/rounds.ts'
import type { Size } from './work/mailbox.ts'

const CONTENDERS = {
  fluxolab: (ground: Ground) => createFluxoLab(ground),
  bare: createBareLoop,
  restate: createRestate,
  dbos: createDbos,
} as const

/**
 * Less for those that are slower, so that everybody's rounds take about as long. So many contacts that no batch holds
 * one of them twice: every event's state is written.
 */
const SIZES: Record<ContenderName, Size> = {
  fluxolab: { contacts: 4000, messages: 5 },
  bare: { contacts: 4000, messages: 5 },
  restate: { contacts: 300, messages: 5 },
  dbos: { contacts: 100, messages: 5 },
}

export interface DrainPlan {
  names: readonly ContenderName[]
  rounds: number
  /** 1 for the sizes as they are. */
  scale: number
  onRound: (text: string) => void
}

export async function measureDrain(ground: Ground, plan: DrainPlan): Promise<Run[]> {
  const entrants: Entrant[] = []
  try {
    for (const name of plan.names) {
      const contender = await CONTENDERS[name](ground)
      const { contacts, messages } = SIZES[name]
      entrants.push({
        contender,
        size: { contacts: Math.ceil(contacts * plan.scale), messages },
      })
    }
    return await measureRounds(ground, entrants, { part: 'drain', ...plan })
  } finally {
    for (const { contender } of entrants) await contender.stop()
  }
}
