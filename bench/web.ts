// `npm run bench -- web`: how fluid the builder and the live pages are, in a browser that renders in software, beside their
// goals. Words choose parts (`canvas`, `editing` …); none means all. Writes bench/web-results.json when all were measured.

import { measureBehind } from './web/behind.ts'
import { measureCanvas, type WebPlan } from './web/canvas.ts'
import { measureChecks } from './web/checks.ts'
import { measureEditing } from './web/editing.ts'
import { type Figure, WEB_PARTS, webGoals, type WebPart } from './web/figures.ts'
import { measureScrub } from './web/scrub.ts'
import { measureSizes } from './web/sizes.ts'
import { openStage, type Stage } from './web/stage.ts'
import { tellFigures, writeFigures } from './web/telling.ts'
import { prepareGround } from './lib/ground.ts'
import { inTime } from './lib/in-time.ts'
import { stopOnSignal } from './lib/interrupt.ts'
import { describeMachine, readVersions } from './lib/machine.ts'

const RESULTS = new URL('web-results.json', import.meta.url)
const PART_LIMIT_MS = 180_000
const PACKAGES = ['vue', '@vue-flow/core', '@sparticuz/chromium', 'playwright-core', 'vite']

const MEASURES: Record<WebPart, (stage: Stage, plan: WebPlan) => Promise<Figure[]>> = {
  sizes: measureSizes,
  canvas: measureCanvas,
  editing: measureEditing,
  checks: measureChecks,
  behind: measureBehind,
  scrub: measureScrub,
}

const onRound = (text: string): void => void process.stderr.write(`  ${text}\n`)

function partsIn(words: readonly string[]): readonly WebPart[] {
  const unknown = words.find((word) => !WEB_PARTS.some((part) => part === word))
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${WEB_PARTS.join(', ')}`)
  return words.length === 0 ? WEB_PARTS : WEB_PARTS.filter((part) => words.includes(part))
}

/** A part that breaks does not take the others with it. */
async function measureAll(stage: Stage, parts: readonly WebPart[], plan: WebPlan) {
  const figures: Figure[] = []
  const failures: { part: WebPart; reason: string }[] = []
  for (const part of parts) {
    onRound(`— ${part}, after ${Math.round(performance.now() / 1000)} s`)
    try {
      figures.push(...(await inTime(MEASURES[part](stage, plan), PART_LIMIT_MS)))
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      onRound(`${part} could not be measured: ${reason}`)
      failures.push({ part, reason: reason.split('\n')[0] ?? '' })
    }
  }
  return { figures, failures }
}

const parts = partsIn(process.argv.slice(2))
const quick = process.env['BENCH_QUICK'] === '1'
const machine = describeMachine()
const preparing = prepareGround()
const stopping = stopOnSignal(async () => (await preparing).stop())
const ground = await preparing
try {
  const stage = await openStage(ground)
  const { figures, failures } = await measureAll(stage, parts, { rounds: quick ? 1 : 3, onRound })
  const about = { at: new Date().toISOString(), seconds: Math.round(performance.now() / 1000) }
  const goals = webGoals(figures)
  const isWhole = parts.length === WEB_PARTS.length && !quick && failures.length === 0
  const results = { goals, failures, ...about, machine, versions: readVersions(PACKAGES), figures }
  if (isWhole && !stopping.aborted) writeFigures(RESULTS, results)
  process.stdout.write(`\n${tellFigures(figures, goals)}\n`)
  if (failures.length > 0) process.exitCode = 1
  await stage.stop()
} finally {
  if (!stopping.aborted) await ground.stop()
}
// A part that was given up may still be waiting for something.
setTimeout(() => process.exit(), 1_000).unref()
