// The way out of the process, never longer than the time given.

export interface ExitOptions {
  stop: () => Promise<void>
  onError: (error: unknown) => void
  exit: (code: number) => void
  /** Milliseconds after which the process ends in any case. */
  limitMs: number
}

/** Stops and exits: 0 when all went well, 1 when a part failed or took too long. */
export async function stopAndExit({ stop, onError, exit, limitMs }: ExitOptions): Promise<void> {
  const limit = setTimeout(() => {
    onError(new Error(`stopping took longer than ${limitMs / 1000} s`))
    exit(1)
  }, limitMs)
  try {
    await stop()
    exit(0)
  } catch (error) {
    onError(error)
    exit(1)
  } finally {
    clearTimeout(limit)
  }
}
