// Follows a draft: each change is looked at by the worker beside the page, only the newest while one is under way. What
// may take long, conversations and tests, has a worker of its own, so that typing never waits for it.

import { ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { type Chart, chartOf } from '#machines/compile/chart.ts'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Checked, Checker, Trouble } from './checking.ts'
import { createLine, LineError, type Line, type Port } from './line.ts'
import type { Answers } from './protocol.ts'
import { hearList } from './telling.ts'

/** Milliseconds after which looking at a document, or playing a conversation, is cut. */
export const CHECK_LIMIT = 3_000
/** For what plays many conversations. */
const LONG_LIMIT = 30_000

export interface CheckerParts {
  document: Readonly<ShallowRef<WorkflowDocument>>
  surroundings: Readonly<Ref<Surroundings | undefined>>
  /** Starts a worker. */
  open: () => Port
  /** Milliseconds, rising. */
  now?: () => number
}

export interface OpenChecker extends Checker {
  close(): void
}

export function createChecker(parts: CheckerParts): OpenChecker {
  const { document, surroundings, open } = parts
  const subject = { document: () => document.value, surroundings: () => surroundings.value }
  const checks = createLine(open, subject)
  const plays = createLine(open, subject)
  const following = follow(checks, parts)
  return {
    ...following.shown,
    simulate: (script, options) =>
      plays.ask(
        { kind: 'simulate', script: plain(script), options: plain(options ?? {}) },
        CHECK_LIMIT,
      ),
    chaos: (script, options) =>
      plays.ask(
        { kind: 'chaos', script: plain(script), options: plain(options ?? {}) },
        LONG_LIMIT,
      ),
    runTests: (tests) => plays.ask({ kind: 'test', tests: plain(tests) }, LONG_LIMIT),
    paths: () => plays.ask({ kind: 'paths' }, LONG_LIMIT),
    completionsAt: (nodeId) => checks.ask({ kind: 'complete', nodeId }, CHECK_LIMIT),
    close() {
      following.stop()
      checks.close()
      plays.close()
    },
  }
}

/** Without whatever watches it for changes, which cannot be sent. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

type Shown = Pick<Checker, 'checked' | 'checking' | 'trouble' | 'again'>

function follow(
  line: Line,
  { document, surroundings, now = () => performance.now() }: CheckerParts,
): { shown: Shown; stop(): void } {
  const checked = shallowRef(firstLook(document.value))
  const checking = ref(false)
  const troubles = createTroubles()
  /** Counts the changes. */
  let newest = 0
  let seen = 0
  let changedAt = 0

  async function look(): Promise<void> {
    const [version, since] = [newest, changedAt]
    try {
      const answer = await line.ask({ kind: 'check' }, CHECK_LIMIT)
      checked.value = nextLook(checked.value, answer, now() - since)
      troubles.over(version)
      seen = version
    } catch (error) {
      if (!troubles.met(error, version)) seen = version
    }
  }

  async function run(): Promise<void> {
    checking.value = true
    while (seen !== newest) await look()
    checking.value = false
  }

  function change(): void {
    changedAt = now()
    newest += 1
    if (!checking.value) void run()
  }

  // At once, so that nobody takes the results for those of the new document.
  const stop = watch([document, surroundings], change, { flush: 'sync', immediate: true })
  return { shown: { checked, checking, trouble: troubles.shown, again: change }, stop }
}

/** What went wrong with looking at the draft, and whether to look once more. */
function createTroubles() {
  const shown = ref<Trouble | null>(null)
  /** The change at which the worker last broke down. */
  let crashed = 0
  return {
    shown,
    /** Who reads that it began anew has time to until the next change. */
    over(version: number): void {
      if (version !== crashed) shown.value = null
    },
    /** @returns whether to look at the same document again: what broke the worker down may have passed */
    met(error: unknown, version: number): boolean {
      const failure = error instanceof LineError ? error.failure : 'broken'
      const isFirst = failure === 'crashed' && version !== crashed
      if (failure === 'crashed') crashed = version
      if (failure === 'slow') shown.value = 'slow'
      else if (failure !== 'closed') shown.value = isFirst ? 'restarted' : 'down'
      return isFirst
    },
  }
}

/** The drawing is there at once, its problems when the worker has looked. */
function firstLook(document: WorkflowDocument): Checked {
  return { diagnostics: [], ok: false, chart: chartOf(document), ms: 0 }
}

/** @param before what the worker was last heard of, if it is the same worker: a new one tells everything in full */
function nextLook(before: Checked, answer: Answers['check'], ms: number): Checked {
  const { chart } = before
  const diagnostics = hearList(before.diagnostics, answer.diagnostics)
  const nodes = hearList(chart.nodes, answer.nodes) as Chart['nodes']
  const edges = hearList(chart.edges, answer.edges) as Chart['edges']
  const isSame = nodes === chart.nodes && edges === chart.edges
  return {
    diagnostics,
    ok: diagnostics.every(({ severity }) => severity !== 'error'),
    chart: isSame ? chart : { nodes, edges },
    ms: Math.max(ms, 1),
  }
}
