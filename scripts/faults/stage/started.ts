// A process of FluxoLab that is started, watched, signalled and started again.

import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stopAtExit } from '#runtime/embedded/exit.ts'
import { sleep, waitFor } from './time.ts'

const MAIN = join(import.meta.dirname, '../../../gateway/main.ts')
/** As `npm start` does. */
const YOUNG_HEAP = '--max-semi-space-size=16'
const READY_MS = 60_000
/** Whoever runs it starts it again when the database was not there. */
const TRIES = 10
const PAUSE_MS = 1_000

export interface Started {
  pid(): number
  isUp(): boolean
  /** Everything it has printed since its first start. */
  output(): string
  /** Resident memory in bytes; 0 where it cannot be read. */
  memory(): number
  signal(name: NodeJS.Signals): void
  /** Resolves with exit code or signal once it is gone. */
  ended(): Promise<number | string>
  /** Starts it unless it runs; resolves when it is ready. */
  start(extra?: Record<string, string>): Promise<void>
  /** Ends it at once, for good. */
  kill(): Promise<void>
}

/** Nothing runs yet. */
export function createStarted(name: string, env: NodeJS.ProcessEnv, logPath: string): Started {
  const log = createWriteStream(logPath, { flags: 'a' })
  let child: ChildProcess | null = null
  let output = ''
  let ended: Promise<number | string> = Promise.resolve(0)
  let isClosed = false
  const { forget } = stopAtExit(() => child?.kill('SIGKILL'))

  const isUp = (): boolean => child !== null && child.exitCode === null && child.signalCode === null

  const note = (text: string): void => {
    output += text
    log.write(text)
  }

  const start = async (extra: Record<string, string> = {}): Promise<void> => {
    if (isUp() || isClosed) return
    for (let attempt = 1; ; attempt++) {
      const refusal = await tryStart(extra)
      if (refusal === null || isClosed) return
      if (attempt === TRIES) throw new Error(`${name} does not get ready:\n${refusal}`)
      await sleep(PAUSE_MS)
    }
  }

  /** @returns what it said instead of getting ready */
  const tryStart = async (extra: Record<string, string>): Promise<string | null> => {
    const mark = output.length
    const started = spawnMain({ ...env, ...extra })
    child = started
    ended = new Promise((resolve) => {
      started.once('close', (code, signal) => resolve(code ?? signal ?? 0))
    })
    started.stdout?.setEncoding('utf8').on('data', note)
    started.stderr?.setEncoding('utf8').on('data', note)
    const isReady = await waitFor(
      () => (isUp() ? /^Ready/m.test(output.slice(mark)) || null : false),
      READY_MS,
    )
    if (isReady === true) return null
    started.kill('SIGKILL')
    await ended
    return output.slice(mark)
  }

  const kill = async (): Promise<void> => {
    isClosed = true
    if (isUp()) child?.kill('SIGKILL')
    await ended
    forget()
    log.end()
  }

  return {
    pid: () => child?.pid ?? 0,
    isUp,
    output: () => output,
    memory: () => (isUp() ? residentOf(child?.pid ?? 0) : 0),
    signal: (signal) => child?.kill(signal),
    ended: () => ended,
    start,
    kill,
  }
}

function spawnMain(extra: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [YOUNG_HEAP, MAIN], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...extra },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function residentOf(pid: number): number {
  try {
    const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(found?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
