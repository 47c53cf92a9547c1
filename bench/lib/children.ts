// Child processes of the peers: started, asked by messages, ended. What they print is kept for the message of a failure.

import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Those of this process that still run, for an end that nobody planned. */
const running = new Set<ChildProcess>()
process.on('exit', killChildren)

/** Ends all of them at once. */
export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL')
}

export interface Peer {
  pid: number
  /** Sends a message and waits for the next one. */
  ask<Reply>(message?: object): Promise<Reply>
  stop(): Promise<void>
}

/**
 * Starts a Node process; the first reply is what it says of itself.
 * @param file in bench/
 */
export function startPeer(file: string, env: NodeJS.ProcessEnv = {}): Peer {
  const child = fork(new URL(`../${file}`, import.meta.url), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const said = collect(child)
  const replies: unknown[] = []
  let waiting: PromiseWithResolvers<unknown> | null = null
  let last: Promise<unknown> = Promise.resolve()
  child.on('message', (reply) => {
    if (waiting) waiting.resolve(reply)
    else replies.push(reply)
    waiting = null
  })
  child.on('exit', () => waiting?.reject(new Error(`${file} ended: ${said()}`)))
  const askNow = (message?: object): Promise<unknown> => {
    if (child.exitCode !== null) throw new Error(`${file} ended: ${said()}`)
    if (message) child.send(message)
    if (replies.length > 0) return Promise.resolve(replies.shift())
    waiting = Promise.withResolvers()
    return waiting.promise
  }
  return {
    pid: child.pid ?? 0,
    ask: async <Reply>(message?: object) => {
      // One question at a time, or nobody knows which one a reply is to.
      const asked = last.then(() => askNow(message))
      last = asked.catch(() => {})
      return (await asked) as Reply
    },
    stop: () => end(child),
  }
}

export interface Program {
  pid: number
  stop(): Promise<void>
}

/** Starts a program that is ready when `isReady` says so. */
export async function startProgram(
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
  isReady: () => Promise<boolean>,
): Promise<Program> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = collect(child)
  const deadline = Date.now() + 60_000
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await end(child)
      throw new Error(`${program} did not become ready: ${said()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { pid: child.pid ?? 0, stop: () => end(child) }
}

const KEPT = 4_000

/** Keeps the end of what the child prints. */
function collect(child: ChildProcess): () => string {
  let text = ''
  running.add(child)
  child.once('exit', () => running.delete(child))
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-KEPT)))
  }
  return () => text
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const cut = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await gone
  clearTimeout(cut)
}
