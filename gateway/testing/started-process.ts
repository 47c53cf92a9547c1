// A whole FluxoLab process as `npm start` runs it, on a data folder and ports of its own, that can be killed and started again.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findFreePort } from '#runtime/embedded/port.ts'
import type { Demo } from '#runtime/index.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')

export interface StartedProcess {
  /** Everything it has printed so far. */
  output(): string
  /** Resolves when a line that matches has been printed; rejects when the process ends before. */
  printed(pattern: RegExp): Promise<string>
  signal(name: NodeJS.Signals): void
  /** Exit code, or the signal's name. */
  ended: Promise<number | string>
}

/** Starts the process; `env` names its data folder and ports. */
export function startFluxoLab(env: Record<string, string>): StartedProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return watch(child)
}

const given = new Set<number>()

/** Two ports that are free now, and that nobody was given before. */
export async function freePorts(): Promise<[number, number]> {
  return [await freePort(), await freePort()]
}

async function freePort(): Promise<number> {
  const port = await findFreePort()
  if (given.has(port)) return freePort()
  given.add(port)
  return port
}

export async function readDemoFile(dataDir: string): Promise<Demo> {
  return JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as Demo
}

function watch(child: ChildProcess): StartedProcess {
  let text = ''
  const watchers = new Set<() => void>()
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      for (const look of watchers) look()
    })
  }
  return {
    output: () => text,
    ended,
    signal: (name) => child.kill(name),
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(text)
          if (!found) return
          watchers.delete(look)
          resolve(found[0])
        }
        watchers.add(look)
        look()
        void ended.then((how) => reject(new Error(`ended with ${how} before ${pattern}:\n${text}`)))
      }),
  }
}
