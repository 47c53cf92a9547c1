// Memory of a process, from Linux's books.

import { readFileSync } from 'node:fs'

/** The most that the process has ever held, in MiB; NaN where there is no /proc. */
export function peakMemory(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1]) / 1024
  } catch {
    return NaN
  }
}
