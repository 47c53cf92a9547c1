// What the operating system says of a process: alive or not, since when, with which command line.

import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  return readStat(pid)?.[0] === 'Z'
}

/** Fields of /proc/<pid>/stat from the state on; undefined where there is no /proc. */
function readStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is a name in parentheses that may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** A word that differs between two processes that had the same pid one after the other. */
export function birthOf(pid: number): string {
  const started = readStat(pid)?.[19]
  if (started !== undefined) return `${bootId()}/${started}`
  return ask('lstart', pid)
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** The command line, arguments separated by spaces; empty when it cannot be read. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ask('command', pid)
  }
}

/** True or false when the system tells the process's working folder, undefined when it does not. */
export function worksIn(pid: number, folder: string): boolean | undefined {
  try {
    const works = statSync(`/proc/${pid}/cwd`)
    const other = statSync(folder)
    return works.dev === other.dev && works.ino === other.ino
  } catch {
    return undefined
  }
}

function ask(column: string, pid: number): string {
  if (process.platform === 'win32' || process.platform === 'linux') return ''
  const run = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' })
  return run.status === 0 ? run.stdout.trim() : ''
}

/** True when the process is gone within `ms`. */
export async function waitUntilGone(pid: number, ms: number): Promise<boolean> {
  const end = Date.now() + ms
  while (isAlive(pid)) {
    if (Date.now() > end) return false
    await sleep(10)
  }
  return true
}
