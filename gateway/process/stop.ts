// The way out: part by part, the last one opened first, and never longer than the time given.

export interface Teardown {
  /** How to stop a part; called in the reverse order of adding. */
  add(stop: () => Promise<unknown> | void): void
  /** Stops every part once, however often it is called. The first failure is thrown when all were tried. */
  run(): Promise<void>
}

export function createTeardown(): Teardown {
  const stops: (() => Promise<unknown> | void)[] = []
  let running: Promise<void> | undefined
  const runAll = async (): Promise<void> => {
    const failures: unknown[] = []
    for (const stop of stops.toReversed()) {
      try {
        await stop()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
  return {
    add: (stop) => void stops.push(stop),
    run: () => (running ??= runAll()),
  }
}

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
