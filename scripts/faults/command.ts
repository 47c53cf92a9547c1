// The words of the command line.

import { parseArgs } from 'node:util'
import type { Fault } from './fault.ts'

export interface Command {
  isHelp: boolean
  faults: Fault[]
  runs: number
  seed: number
  lengthMs: number
  isShort: boolean
  isJson: boolean
  /** 0 for no soak. */
  soakMs: number
  rate: number
  patience: number
  reportPath: string | undefined
  /** Where everything of the stage is kept. */
  keepIn: string | undefined
}

const SECONDS = { short: 2, long: 20 }

export const HELP = `npm run faults -- [options]

  --only F1,F4     these faults; without it all of them
  --runs 5         runs of each, each with a seed of its own (1)
  --seed 1         seed of the first run (1)
  --seconds 20     how long faults go on in each run (20; with --short 2)
  --short          short freezes and outages, two workers, as CI runs them
  --rate 25        inputs a second (25)
  --patience 1     multiplies every limit of time, for a machine that does other things as well (1)
  --json           prints the report instead of the table
  --report FILE    where the report is written (scripts/faults/report.json)
  --keep FOLDER    keeps history, logs and provider's arrivals there
  --soak 15m       load at half capacity with random faults, and the workers' memory

Exit code 1 for any violation, 2 where a fault could not be landed.`

const OPTIONS = {
  help: { type: 'boolean', default: false },
  only: { type: 'string' },
  runs: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  seconds: { type: 'string' },
  short: { type: 'boolean', default: false },
  rate: { type: 'string', default: '25' },
  patience: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  report: { type: 'string' },
  keep: { type: 'string' },
  soak: { type: 'string' },
} as const

/** @returns what is wrong, in a sentence, or the command */
export function readCommand(args: string[], all: readonly Fault[]): Command | string {
  try {
    const { values } = parseArgs({ args, options: OPTIONS })
    const usual = values.short ? SECONDS.short : SECONDS.long
    return {
      isHelp: values.help,
      faults: chooseFaults(values.only, all),
      runs: numberOf('--runs', values.runs),
      seed: numberOf('--seed', values.seed),
      lengthMs: numberOf('--seconds', values.seconds ?? String(usual)) * 1000,
      isShort: values.short,
      isJson: values.json,
      soakMs: values.soak === undefined ? 0 : durationOf(values.soak),
      rate: numberOf('--rate', values.rate),
      patience: numberOf('--patience', values.patience),
      reportPath: values.report,
      keepIn: values.keep,
    }
  } catch (error) {
    return (error as Error).message
  }
}

function chooseFaults(only: string | undefined, all: readonly Fault[]): Fault[] {
  if (only === undefined) return [...all]
  return only.split(',').map((word) => {
    const found = all.find(({ id }) => id.toLowerCase() === word.trim().toLowerCase())
    const known = all.map(({ id }) => id).join(', ')
    if (!found) throw new Error(`there is no fault ${word}; there are ${known}`)
    return found
  })
}

function numberOf(option: string, text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw new Error(`${option} wants a number above 0, not ${text}`)
}

function durationOf(text: string): number {
  const [, number, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? []
  if (number === undefined) throw new Error(`--soak wants a time such as 15m, not ${text}`)
  const seconds = unit === 'h' ? 3600 : unit === 'm' ? 60 : 1
  return Number(number) * seconds * 1000
}
