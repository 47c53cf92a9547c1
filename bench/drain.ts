// The drain: waiting events of contacts worked off, by each contender in turn, round after round.

import type { Contender } from './contenders/contender.ts'
import { createBareLoop } from './contenders/bare.ts'
import { createDbos } from './contenders/dbos.ts'
import { createFluxoLab } from './contenders/fluxolab.ts'
import { createRestate } from './contenders/restate.ts'
import { cpuSeconds } from './lib/cpu.ts'
import type { Ground } from './lib/ground.ts'
import type { Run } from './lib/results.ts'
import { spreadOf } from './lib/stats.ts'
import { eventsIn, type Size } from './work/mailbox.ts'

const CONTENDERS = {
  fluxolab: createFluxoLab,
  bare: createBareLoop,
  restate: createRestate,
  dbos: createDbos,
} as const
export type ContenderName = keyof typeof CONTENDERS

/** Less for those that are slower, so that everybody's rounds take about as long. */
const SIZES: Record<ContenderName, Size> = {
  fluxolab: { contacts: 2000, messages: 5 },
  bare: { contacts: 2000, messages: 5 },
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

interface Measured {
  contender: Contender
  size: Size
  perSecond: number[]
  cpu: number[]
}

export async function measureDrain(ground: Ground, plan: DrainPlan): Promise<Run[]> {
  const measured: Measured[] = []
  try {
    for (const name of plan.names) {
      const contender = await CONTENDERS[name](ground)
      const { contacts, messages } = SIZES[name]
      const size = { contacts: Math.ceil(contacts * plan.scale), messages }
      measured.push({ contender, size, perSecond: [], cpu: [] })
    }
    // The first round warms up and does not count.
    for (let round = 0; round <= plan.rounds; round++) {
      for (const one of measured) await measureRound(ground, one, round > 0)
      if (round > 0) plan.onRound(`drain, round ${round}: ${summaryOf(measured)}`)
    }
    return measured.map(runOf)
  } finally {
    for (const { contender } of measured) await contender.stop()
  }
}

async function measureRound(ground: Ground, one: Measured, counts: boolean): Promise<void> {
  const { contender, size } = one
  await contender.fill(size)
  await ground.settle()
  await contender.ready?.()
  const cpuBefore = cpuSeconds()
  const start = performance.now()
  await contender.drain(size)
  const seconds = (performance.now() - start) / 1000
  const cpuAfter = cpuSeconds()
  await checkWritten(contender, size)
  if (!counts) return
  one.perSecond.push(eventsIn(size) / seconds)
  if (cpuBefore !== null && cpuAfter !== null) {
    one.cpu.push(((cpuAfter - cpuBefore) * 1000) / eventsIn(size))
  }
}

/** @throws {Error} when a contender did other work than the round's */
export async function checkWritten(contender: Contender, size: Size): Promise<void> {
  const written = await contender.written()
  const events = eventsIn(size)
  const expected = { states: size.contacts, journal: events, effects: events }
  if (JSON.stringify(written) !== JSON.stringify(expected)) {
    throw new Error(
      `${contender.name} wrote ${JSON.stringify(written)} instead of ${JSON.stringify(expected)}`,
    )
  }
}

function summaryOf(measured: Measured[]): string {
  return measured
    .map(({ contender, perSecond }) => `${contender.name} ${Math.round(perSecond.at(-1) ?? 0)}/s`)
    .join(', ')
}

function runOf({ contender, perSecond, cpu }: Measured): Run {
  const { name, settings } = contender
  return {
    part: 'drain',
    name,
    unit: 'events/s',
    spread: spreadOf(perSecond),
    values: perSecond,
    ...(cpu.length > 0 && { cpu: spreadOf(cpu) }),
    settings,
  }
}
