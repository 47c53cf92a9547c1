// The process: reads its configuration, starts its parts, and stops them on SIGINT and SIGTERM.

import { openLog, readConfig } from '#runtime/index.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { playDemo } from './process/demo.ts'
import { withRole } from './process/role.ts'
import { type Started, startProcess } from './process/start.ts'
import { stopAndExit } from './process/stop.ts'
import { createTerminal, showMessages } from './process/terminal.ts'

const STOP_MS = 14_000

const terminal = createTerminal((text) => process.stdout.write(text))

async function main(): Promise<void> {
  const config = readConfig(withRole(process.argv.slice(2), process.env))
  terminal.line('FluxoLab')
  const logger = openLog(config)
  const starting = startProcess(config, { logger, onProgress: terminal.step })
  let isStopping = false
  const stop = (): void => {
    // A terminal and npm both pass the signal on.
    if (isStopping) return
    isStopping = true
    terminal.line('Stopping')
    // A start that is under way is finished first: half a database is no state to leave.
    const stopAll = async (): Promise<void> => (await starting).stop()
    void stopAndExit({
      stop: stopAll,
      onError: complain,
      exit: (code) => process.exit(code),
      limitMs: STOP_MS,
    })
  }
  // A connection of a library that breaks while it is being closed must not cut the rest of the way out short.
  process.on('uncaughtException', (error) => {
    complain(error)
    if (!isStopping) process.exit(1)
  })
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const started = await starting
  if (isStopping) return
  announce(started, config.publicUrl)
  await play(started).catch((error: unknown) => {
    // What a stop cuts short is no news.
    if (!isStopping) complain(error)
  })
}

function announce({ demo, sandbox }: Started, publicUrl: string): void {
  terminal.line(`Ready in ${(performance.now() / 1000).toFixed(1)} s: ${publicUrl}`)
  if (demo) terminal.line(`  sign in as ${demo.email} with ${demo.password}`)
  if (sandbox) showMessages(terminal, sandbox)
}

async function play({ runtime, demo }: Started): Promise<void> {
  if (demo) await playDemo(terminal, runtime, demo)
}

function complain(error: unknown): void {
  const text = isFluxoError(error) ? `${error.code}: ${error.message}` : (error as Error).stack
  process.stderr.write(`${text}\n`)
}

try {
  await main()
} catch (error) {
  complain(error)
  process.exitCode = 1
}
