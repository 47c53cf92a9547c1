// The process: reads its configuration, starts its parts, and stops them on SIGINT and SIGTERM.

import { createLogger, readConfig } from '#runtime/index.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { withRole } from './process/role.ts'
import { startProcess } from './process/start.ts'
import { stopAndExit } from './process/stop.ts'

const STOP_MS = 14_000

async function main(): Promise<void> {
  const config = readConfig(withRole(process.argv.slice(2), process.env))
  const logger = createLogger(config.logLevel)
  const started = await startProcess(config, { logger, onProgress: say })
  say(`ready at ${started.url}`)
  let isStopping = false
  const stop = (): void => {
    // A terminal and npm both pass the signal on.
    if (isStopping) return
    isStopping = true
    void stopAndExit({ stop: started.stop, onError: complain, exit: process.exit, limitMs: STOP_MS })
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
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
