// Ctrl-C in the middle of a measurement: what was started is ended, what was made is removed, and nothing is written.

const LIMIT_MS = 30_000

/**
 * @param stop removes everything; it is called once, however often one is asked to stop
 * @returns aborted as soon as somebody asks
 */
export function stopOnSignal(stop: () => Promise<void>): AbortSignal {
  const stopping = new AbortController()
  const end = (code: number): void => {
    if (stopping.signal.aborted) return
    stopping.abort()
    process.stderr.write('  stopping\n')
    // Whoever is in the middle of measuring now meets closed connections, and nobody wants to hear of it.
    for (const name of ['uncaughtException', 'unhandledRejection']) process.on(name, () => {})
    setTimeout(() => process.exit(code), LIMIT_MS).unref()
    stop().then(
      () => process.exit(code),
      () => process.exit(code),
    )
  }
  process.on('SIGINT', () => end(130))
  process.on('SIGTERM', () => end(143))
  process.on('SIGHUP', () => end(129))
  return stopping.signal
}
