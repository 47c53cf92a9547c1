// Contenders in turn, round after round, so that a slow minute of the machine hits all of them.

import type { Contender } from '../contenders/contender.ts'
import { eventsIn, type Size } from '../work/mailbox.ts'
import { cpuSeconds } from './cpu.ts'
import type { Ground } from './ground.ts'
import { inTime } from './in-time.ts'
import type { Run } from './measured.ts'
import { spreadOf } from './stats.ts'

const ROUND_LIMIT_MS = 120_000

export interface Entrant {
  contender: Contender
  size: Size
}

export interface RoundsPlan {
  part: Run['part']
  rounds: number
  onRound: (text: string) => void
}

interface Measured extends Entrant {
  perSecond: number[]
  cpu: number[]
}

/** Every entrant's rounds; the first one warms up and does not count. Whoever started them stops them. */
export async function measureRounds(
  ground: Pick<Ground, 'settle'>,
  entrants: readonly Entrant[],
  { part, rounds, onRound }: RoundsPlan,
): Promise<Run[]> {
  const measured: Measured[] = entrants.map((one) => ({ ...one, perSecond: [], cpu: [] }))
  for (let round = 0; round <= rounds; round++) {
    for (const one of measured) await measureRound(ground, one, round > 0)
    if (round > 0) onRound(`${part}, round ${round}: ${summaryOf(measured)}`)
  }
  return measured.map((one) => runOf(part, one))
}

async function measureRound(
  ground: Pick<Ground, 'settle'>,
  one: Measured,
  counts: boolean,
): Promise<void> {
  const { contender, size } = one
  await contender.fill(size)
  await ground.settle()
  await contender.ready?.()
  const cpuBefore = cpuSeconds()
  const start = performance.now()
  await inTime(contender.drain(size), ROUND_LIMIT_MS)
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

function runOf(part: Run['part'], { contender, perSecond, cpu }: Measured): Run {
  const { name, settings } = contender
  return {
    part,
    name,
    unit: 'events/s',
    spread: spreadOf(perSecond),
    values: perSecond,
    ...(cpu.length > 0 && { cpu: spreadOf(cpu) }),
    settings,
  }
}
