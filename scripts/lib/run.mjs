// Child processes: one that works in our place (signals and exit code forwarded), and one that is kept quiet.

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { watchNpm } from './npm-parent.mjs'
import { ROOT } from './paths.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** One Ctrl-C may arrive here twice, from the terminal and from npm. */
const SAME_SIGNAL_MS = 500

/** What V8 made of our modules: a process that starts again neither strips their types nor compiles them anew. */
const COMPILED = join(ROOT, 'node_modules/.cache/compiled')

/** The environment with Node 24 first in PATH, so that whatever a child starts finds it too. */
export function withNodeFirst(node, extra = {}) {
  return {
    NODE_COMPILE_CACHE: COMPILED,
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    ...extra,
  }
}

/** Runs a program in the foreground and resolves with its exit code; the program decides how a signal ends it. */
export function runForeground(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', ...options })
    const release = lendSignals(child)
    child.once('error', (error) => {
      release()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      release()
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

function lendSignals(child) {
  const last = new Map()
  const listeners = SIGNALS.map((signal) => [
    signal,
    () => {
      const now = performance.now()
      if (now - (last.get(signal) ?? -Infinity) < SAME_SIGNAL_MS) return
      last.set(signal, now)
      child.kill(signal)
    },
  ])
  for (const [signal, listener] of listeners) process.on(signal, listener)
  const unwatch = watchNpm(() => child.kill('SIGTERM'))
  return () => {
    unwatch()
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}

/** Runs a program quietly. Resolves with `{ code, output }`, both streams in one text. */
export function runQuietly(program, args, options = {}) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, {
      cwd: ROOT,
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text))
    }
    child.once('error', (error) => resolve({ code: 127, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** The last lines of a text, for the message of a failure. */
export function lastLines(text, count = 15) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
