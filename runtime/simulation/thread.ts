// The thread that a simulation has for itself: here the platform is the world's, and nothing of it leaks out.

import { enableCompileCache, flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { installHooks } from './hooks.ts'
import { plant, PLANTED_BUGS } from './planted/bugs.ts'
import type { SeedReport } from './run-seed.ts'
import { installPlatform } from './world/platform.ts'

/** What a thread is to do. */
export interface ThreadTask {
  seeds: number[]
  /** Name of the bug to plant. */
  planted: string | null
  /** Runs each of the first so many seeds a second time, after all others. */
  twice: number
  /** Ends at the first failure. */
  stopsAtFailure: boolean
  /** Lines of the trace to keep. */
  kept?: number
}

/** What it tells, seed by seed. */
export interface ThreadNews {
  report: SeedReport
  isSecond: boolean
}

// Thirteen threads load the same files for the planted bugs alone.
enableCompileCache()

const task = workerData as ThreadTask
const bug = PLANTED_BUGS.find(({ name }) => name === task.planted) ?? null
installPlatform()
if (bug?.usesRedis) Object.assign(globalThis, { simulatedRedis: new Map() })
installHooks((url, source) => (bug ? plant(bug, url, source) : null))
// What nobody catches would end a real process: it is a finding like any other.
let unhandled: unknown = null
process.on('unhandledRejection', (error) => (unhandled ??= error))

const { loadSchema } = await import('./schema.ts')
const { runSeed } = await import('./run-seed.ts')
const schema = loadSchema()
flushCompileCache()

async function run(seed: number, isSecond: boolean): Promise<boolean> {
  const report = await runSeed(seed, schema, task.kept)
  if (unhandled !== null)
    report.failure ??= `a rejection that nobody handles: ${String((unhandled as Error).stack)}`
  unhandled = null
  parentPort?.postMessage({ report, isSecond } satisfies ThreadNews)
  return report.failure === null
}

for (const seed of task.seeds) if (!(await run(seed, false)) && task.stopsAtFailure) break
for (const seed of task.seeds.slice(0, task.twice).toReversed()) await run(seed, true)
