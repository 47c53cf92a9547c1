// Processor time of this process and of everything that it started, from Linux's books. On a machine that others use
// too it says more of the cost of an event than the clock does.

import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

interface Process {
  id: number
  parent: number
  ticks: number
}

/** Seconds so far; null where there is no /proc. Compare two calls. */
export function cpuSeconds(): number | null {
  const ours = listOurs()
  return ours.length === 0 ? null : secondsOf(ours)
}

/**
 * Seconds so far by what the processes are there for; null where there is no /proc. Compare two calls.
 * @param names of processes by their ids; what is not among them is the database's
 */
export function cpuByName(names: ReadonlyMap<number, string>): Map<string, number> | null {
  const ours = Map.groupBy(listOurs(), ({ id }) => names.get(id) ?? 'database')
  return ours.size === 0 ? null : new Map(Array.from(ours, ([name, all]) => [name, secondsOf(all)]))
}

/** This process and everything that it started. */
function listOurs(): Process[] {
  const processes = listProcesses()
  const ours = new Set([process.pid])
  for (let size = 0; size < ours.size;) {
    size = ours.size
    for (const { id, parent } of processes) if (ours.has(parent)) ours.add(id)
  }
  return processes.filter(({ id }) => ours.has(id))
}

function secondsOf(processes: readonly Process[]): number {
  return processes.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND
}

function listProcesses(): Process[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readProcess(name) : []))
  } catch {
    return []
  }
}

/** After the name in brackets: state, parent, …, then own time and that of children that have ended. */
function readProcess(id: string): Process[] {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return [{ id: Number(id), parent: Number(fields[1]), ticks }]
  } catch {
    // It has just ended.
    return []
  }
}
