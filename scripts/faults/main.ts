// `npm run faults`: chosen faults, so many runs of each, a table, a report file, and an exit code that tells.

import { join } from 'node:path'
import { type Command, HELP, readCommand } from './command.ts'
import { type Fault, NotLanded, type RunResult, type StagePlan } from './fault.ts'
import { FAULTS, SPARING } from './registry.ts'
import {
  exitCodeOf,
  type FaultReport,
  formatTable,
  type State,
  sumUp,
  withReports,
  writeReport,
} from './report.ts'
import { runFault } from './run.ts'
import { soak } from './soak.ts'
import { hasRedis } from './stage/redis.ts'
import { createStage, type Stage } from './stage/stage.ts'

const WORKERS = { short: 2, long: 3 }
const REPORT = join(import.meta.dirname, 'report.json')

async function main(): Promise<number> {
  const command = readCommand(process.argv.slice(2), FAULTS)
  if (typeof command === 'string') {
    process.stderr.write(`${command}\n\n${HELP}\n`)
    return 2
  }
  if (command.isHelp) {
    process.stdout.write(`${HELP}\n`)
    return 0
  }
  if (!hasRedis()) {
    process.stderr.write('redis-server not found: install the Debian package redis-server\n')
    return 2
  }
  return command.soakMs > 0 ? runSoak(command) : runFaults(command)
}

async function runFaults(command: Command): Promise<number> {
  const reports: FaultReport[] = []
  let run = 0
  const shared = createShared(command)
  try {
    for (const fault of command.faults) {
      const report = await runAll(fault, command, {
        shared: shared.stage,
        nextRun: () => (run += 1),
      })
      reports.push(report)
      tell(`${report.id} ${report.name}: ${report.state}`)
      keep(command, reports)
    }
  } finally {
    await shared.close()
  }
  const text = command.isJson ? JSON.stringify(reports, null, 2) : formatTable(reports)
  process.stdout.write(`${text}\n`)
  return exitCodeOf(reports.map(({ state }) => state))
}

function keep(
  { runs, seed, lengthMs, rate, isShort, reportPath = REPORT }: Command,
  faults: FaultReport[],
) {
  const options = { runs, seed, seconds: lengthMs / 1000, rate, isShort }
  const order = FAULTS.map(({ id }) => id)
  writeReport(reportPath, withReports(reportPath, { options, faults }, order))
}

/** One stage serves all faults that can share it; it is made when the first of them needs it. */
function createShared({ isShort, keepIn }: Command) {
  const options = {
    workers: isShort ? WORKERS.short : WORKERS.long,
    ...(keepIn !== undefined && { folder: keepIn }),
  }
  let made: Promise<Stage> | null = null
  return {
    stage: () => (made ??= createStage(options)),
    close: async () => (await made)?.close(),
  }
}

async function runAll(
  fault: Fault,
  command: Command,
  { shared, nextRun }: { shared: () => Promise<Stage>; nextRun: () => number },
): Promise<FaultReport> {
  const results: RunResult[] = []
  let plan: StagePlan | undefined
  let own: Stage | undefined
  try {
    plan = await fault.stage?.({ isShort: command.isShort })
    if (plan) {
      const folder = command.keepIn === undefined ? {} : { folder: join(command.keepIn, fault.id) }
      own = await createStage({ workers: WORKERS.short, ...plan.options, ...folder })
    }
    const stage = own ?? (await shared())
    for (let repetition = 0; repetition < command.runs; repetition++) {
      const { lengthMs, isShort, patience, rate } = command
      const seed = command.seed + repetition
      const options = { stage, run: nextRun(), seed, lengthMs, isShort, patience, rate }
      const result = await runFault(fault, options)
      results.push(result)
      tell(`  ${fault.id} seed ${seed}: ${result.violations.length} violations`)
    }
    return sumUp(fault, results)
  } catch (error) {
    if (error instanceof NotLanded) return sumUp(fault, results, error.message)
    throw error
  } finally {
    await own?.close()
    plan?.cleanUp()
  }
}

async function runSoak(command: Command): Promise<number> {
  const { lengthMs: _length, soakMs, seed, patience } = command
  const stage = await createStage({ workers: WORKERS.short })
  try {
    const report = await soak({ stage, lengthMs: soakMs, seed, patience, faults: SPARING })
    writeReport(command.reportPath ?? join(import.meta.dirname, 'soak.json'), report)
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    const { violations, hasLanded } = report.result
    const isFlat = report.memory.every((one) => one.isFlat)
    const state: State = violations.length > 0 || !isFlat ? 'violated' : 'ok'
    return exitCodeOf([hasLanded ? state : 'not landed'])
  } finally {
    await stage.close()
  }
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`)
}

// Every part of a stage has a last word when this process ends.
process.setMaxListeners(50)
process.exit(await main())
