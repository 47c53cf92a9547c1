// Parts are stopped in the reverse order of starting, each whatever became of the others.

export interface Teardown {
  /** How to stop a part. */
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
