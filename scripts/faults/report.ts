// What the runs showed: a table for the terminal and a file for the record.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { Fault, RunResult } from './fault.ts'

export type State = 'ok' | 'violated' | 'not landed'

export interface FaultReport {
  id: string
  /** When its last run was over, ISO 8601. */
  at: string
  name: string
  how: string
  conditions: readonly string[]
  state: State
  runs: number
  events: number
  effects: number
  /** Accepted twice, as the policy `retry` may. */
  doubled: number
  /** Held for a person, as the policy `hold` wants it. */
  held: number
  evidence: Record<string, number>
  longestDelayMs: number
  allowedDelayMs: number
  /** Of contacts with a send that was under way when its sender was cut; up to 75 s. */
  longestUnsureMs: number
  /** Why it could not be done here. */
  missing?: string
  violations: string[]
}

/** Sums up the runs of one fault; `missing` says why there are none. */
export function sumUp(fault: Fault, results: readonly RunResult[], missing?: string): FaultReport {
  const sum = (pick: (result: RunResult) => number): number =>
    results.reduce((total, result) => total + pick(result), 0)
  const violations = results.flatMap((result) =>
    result.violations.map(({ check, message }) => `seed ${result.seed} ${check} ${message}`),
  )
  return {
    id: fault.id,
    at: new Date().toISOString(),
    name: fault.name,
    how: fault.how,
    conditions: fault.conditions,
    state: stateOf(results, missing),
    runs: results.length,
    events: sum(({ events }) => events),
    effects: sum(({ effects }) => effects),
    doubled: sum(({ doubled }) => doubled),
    held: sum(({ held }) => held),
    evidence: addUp(results),
    longestDelayMs: Math.max(0, ...results.map(({ longestDelayMs }) => longestDelayMs)),
    allowedDelayMs: fault.maxDelayMs,
    longestUnsureMs: Math.max(0, ...results.map(({ longestUnsureMs }) => longestUnsureMs)),
    ...(missing !== undefined && { missing }),
    violations,
  }
}

function stateOf(results: readonly RunResult[], missing?: string): State {
  if (results.some(({ violations }) => violations.length > 0)) return 'violated'
  if (missing !== undefined || results.some(({ hasLanded }) => !hasLanded)) return 'not landed'
  return 'ok'
}

/** Counts are added; what is the largest of something stays the largest. */
function addUp(results: readonly RunResult[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const { evidence, largest } of results) {
    for (const [name, value] of Object.entries(evidence)) total[name] = (total[name] ?? 0) + value
    for (const [name, value] of Object.entries(largest))
      total[name] = Math.max(total[name] ?? 0, value)
  }
  return total
}

const COLUMNS = [
  'fault',
  'runs',
  'events',
  'effects',
  'twice',
  'held',
  'delay',
  'unsure',
  'verdict',
] as const

/** One line for each fault, its evidence below. */
export function formatTable(reports: readonly FaultReport[]): string {
  const rows = reports.map((one) => [
    `${one.id} ${one.name}`,
    String(one.runs),
    String(one.events),
    String(one.effects),
    String(one.doubled),
    String(one.held),
    `${seconds(one.longestDelayMs)} of ${seconds(one.allowedDelayMs)}`,
    seconds(one.longestUnsureMs),
    one.state,
  ])
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const body = reports.flatMap((one, index) => [line(rows[index] ?? []), ...detailsOf(one)])
  return [line(COLUMNS), ...body].join('\n')
}

const SHOWN = 8

function detailsOf({ evidence, violations, missing }: FaultReport): string[] {
  const shown = Object.entries(evidence).map(([name, value]) => `${name} ${value}`)
  return [
    ...(shown.length > 0 ? [`    ${shown.join(', ')}`] : []),
    ...(missing !== undefined ? [`    not landed: ${missing}`] : []),
    ...violations.slice(0, SHOWN).map((violation) => `    ${violation}`),
    ...(violations.length > SHOWN ? [`    and ${violations.length - SHOWN} more`] : []),
  ]
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

interface FaultFile {
  options: object
  faults: FaultReport[]
}

/**
 * The file with these reports in it. Those of other faults stay, if they were run in the same way: a long series can be
 * done in parts.
 */
export function withReports(
  path: string,
  { options, faults }: FaultFile,
  order: string[],
): FaultFile {
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as FaultFile) : null
  const isSame = JSON.stringify(kept?.options) === JSON.stringify(options)
  const others = (isSame && kept ? kept.faults : []).filter(
    ({ id }) => !faults.some((fault) => fault.id === id),
  )
  const all = [...others, ...faults].toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
  return { options, faults: all }
}

export function writeReport(path: string, content: object): void {
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  }
  writeFileSync(path, `${JSON.stringify({ machine, ...content }, null, 2)}\n`)
}

/** 1 for any violation, else 2 where a fault could not be landed, else 0. */
export function exitCodeOf(states: readonly State[]): number {
  if (states.includes('violated')) return 1
  return states.includes('not landed') ? 2 : 0
}
