// One run of one fault on a stage: load, faults in between, rest, and the checks.

import { check, type Verdict } from './check/check.ts'
import { readBacklog, readDump } from './check/dump.ts'
import type { Case, Dump, Violation, Window } from './check/evidence.ts'
import type { Fault, RunResult, Scene } from './fault.ts'
import type { FaultRecord, HistoryRecord } from './history.ts'
import { createChance } from './load/chance.ts'
import { phonePrefix, startLoad } from './load/generator.ts'
import { createSender, type Sender } from './load/sender.ts'
import type { Stage } from './stage/stage.ts'
import { sleep, waitFor } from './stage/time.ts'

export interface RunOptions {
  stage: Stage
  run: number
  seed: number
  lengthMs: number
  isShort: boolean
  patience: number
  rate: number
}

/** Load alone before the first fault, and after the last. */
const CALM_MS = { short: 1_200, long: 3_000 }
const REST_MS = 60_000
/** Statuses that are still under way arrive within this time. */
const QUIET_MS = 700

export async function runFault(fault: Fault, options: RunOptions): Promise<RunResult> {
  const { stage, run, seed } = options
  const { history, companies } = stage
  await stage.restore()
  const mark = history.records.length
  const sender = createSender(history, () => stage.gateways.map(({ baseUrl }) => baseUrl))
  const notes: Notes = { evidence: {}, largest: {}, violations: [] }
  const scene = createScene(options, sender, notes)
  const before = await readCounters(stage)
  const from = performance.now()
  const rate = fault.rate ?? options.rate
  const watch = watchUnsure(stage)
  const load = startLoad({ history, companies, sender, rate, seed, run })
  const calm = options.isShort ? CALM_MS.short : CALM_MS.long
  await sleep(calm)
  await fault.inject(scene)
  const healedAt = performance.now()
  await stage.restore()
  await sleep(calm)
  const to = performance.now()
  await load.finish(REST_MS)
  await rest(stage)
  await sender.close()
  await fault.inspect?.(scene)
  const records = history.since(mark)
  const given: Case = {
    history: records,
    dump: await readSettledDump(stage, run),
    windows: windowsOf(records, healedAt),
    maxDelayMs: fault.maxDelayMs * options.patience,
    unsure: watch.stop(),
    patience: options.patience,
    allow: fault.allow,
  }
  const verdict = check(given, { from, to })
  notes.violations.push(...verdict.violations, ...(await checkCounters(stage, before)))
  return resultOf(fault, { seed, verdict, notes })
}

interface Notes {
  evidence: Record<string, number>
  largest: Record<string, number>
  violations: Violation[]
}

function createScene(options: RunOptions, sender: Sender, notes: Notes): Scene {
  const { evidence, largest, violations } = notes
  return {
    ...options,
    chance: createChance(options.seed),
    sender,
    mark: (phase, what) => options.stage.history.add({ type: 'fault', phase, what }),
    count: (name, by = 1) => (evidence[name] = (evidence[name] ?? 0) + by),
    atMost: (name, value) => (largest[name] = Math.max(largest[name] ?? 0, value)),
    complain: (message) => violations.push({ check: 'extra', message }),
  }
}

function resultOf(
  fault: Fault,
  { seed, verdict, notes }: { seed: number; verdict: Verdict; notes: Notes },
): RunResult {
  const { evidence, largest, violations } = notes
  const { events, effects, longestDelayMs, longestUnsureMs, longestLagMs } = verdict
  return {
    seed,
    events,
    effects: effects.accepted,
    doubled: effects.doubled,
    held: effects.held,
    evidence,
    largest,
    hasLanded: fault.evidence.every((name) => (evidence[name] ?? largest[name] ?? 0) > 0),
    longestDelayMs,
    longestUnsureMs,
    longestLagMs,
    violations,
  }
}

const LOOK_MS = 500

/** Phones of contacts one of whose sends stays without an outcome for longer than a send takes. */
function watchUnsure({ query }: Stage): { stop(): ReadonlySet<string> } {
  const phones = new Set<string>()
  let isOver = false
  const look = async (): Promise<void> => {
    while (!isOver) {
      const rows = await query<{ phone: string }>(UNSURE).catch(() => [])
      for (const { phone } of rows) phones.add(phone)
      await sleep(LOOK_MS)
    }
  }
  void look()
  return {
    stop: () => {
      isOver = true
      return phones
    },
  }
}

const UNSURE = `select c.phone_e164 as phone from outbox o
  join contacts c on c.tenant_id = o.tenant_id and c.id = o.contact_id
  where o.status = 'uncertain' or (o.status = 'sending' and o.moved_at < now() - interval '2 seconds')`

/** Waits until nothing is left to do by itself. */
async function rest(stage: Stage): Promise<void> {
  let quietSince = performance.now()
  await waitFor(async () => {
    const backlog = await readBacklog(stage)
    if (backlog.mailbox + backlog.outbox + backlog.timers > 0) quietSince = performance.now()
    return performance.now() - quietSince > QUIET_MS ? true : null
  }, REST_MS)
}

/** A status of the provider may still come in while it is read: then it is read again. */
async function readSettledDump(stage: Stage, run: number): Promise<Dump> {
  let dump = await readDump(stage, phonePrefix(run), `fk.${run}.`)
  await waitFor(async () => {
    if (dump.mailbox.every(({ isHeld }) => isHeld)) return true
    dump = await readDump(stage, phonePrefix(run), `fk.${run}.`)
    return null
  }, REST_MS)
  return dump
}

/** From each begin to its end; what never ended did so when the stage was healed. */
function windowsOf(records: HistoryRecord[], healedAt: number): Window[] {
  const windows: Window[] = []
  const open = new Map<string, number>()
  for (const record of records) {
    if (record.type !== 'fault') continue
    const { phase, what, t }: FaultRecord = record
    if (phase === 'strike') windows.push({ from: t, to: t })
    if (phase === 'begin') open.set(what, t)
    if (phase === 'end') {
      windows.push({ from: open.get(what) ?? t, to: t })
      open.delete(what)
    }
  }
  for (const from of open.values()) windows.push({ from, to: healedAt })
  return windows
}

interface Counters {
  /** Start of each worker process, by its id: a new one counts from 0. */
  pids: string
  steps: number
  /** Entries before and after the workers were asked: some may be at work. */
  journal: { before: number; after: number }
}

async function readCounters(stage: Stage): Promise<Counters> {
  const before = await countJournal(stage)
  const texts = await Promise.all(
    stage.workers.map(async ({ baseUrl }) => (await fetch(`${baseUrl}/metrics`)).text()),
  )
  const steps = texts.map((text) => Number(/^fluxo_steps (\d+)/m.exec(text)?.[1] ?? 0))
  return {
    pids: stage.workers.map((worker) => worker.pid()).join(),
    steps: steps.reduce((sum, one) => sum + one, 0),
    journal: { before, after: await countJournal(stage) },
  }
}

async function countJournal(stage: Stage): Promise<number> {
  const [row] = await stage.query<{ count: string }>('select count(*) as count from journal')
  return Number(row?.count ?? 0)
}

/**
 * C8: what the workers say they did is what they did. A worker that was started again has lost its count; one that
 * never heard of its commit may say less.
 */
async function checkCounters(stage: Stage, before: Counters): Promise<Violation[]> {
  const after = await readCounters(stage)
  if (after.pids !== before.pids) return []
  const counted = after.steps - before.steps
  const written = after.journal.after - before.journal.before
  if (counted <= written && (counted > 0 || written === 0)) return []
  const message = `/metrics counts ${counted} Steps, the journal has ${written}`
  return [{ check: 'C8', message }]
}
