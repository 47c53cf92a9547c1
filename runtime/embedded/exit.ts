// Runs a last action when this process ends: normally, by an uncaught error, or by a signal that nobody else
// handles. Where somebody does handle the signal, they decide when to end, and the action runs then.

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

/** Name of our own listeners: several of them in one process are still nobody who handles the signal. */
const OWN_NAME = 'endUnlessHandled'

/** Calls `action`, which must be synchronous, once at the end of the process; `forget` takes it back. */
export function stopAtExit(action: () => void): { forget: () => void } {
  let done = false
  const runOnce = (): void => {
    if (done) return
    done = true
    action()
  }
  const handlers = Object.entries(SIGNALS).map(([name, number]) => {
    const endUnlessHandled = (): void => {
      const others = process.listeners(name as NodeJS.Signals).some((l) => l.name !== OWN_NAME)
      if (!others) process.exit(128 + number)
    }
    process.on(name, endUnlessHandled)
    return { name, handle: endUnlessHandled }
  })
  process.on('exit', runOnce)
  const forget = (): void => {
    done = true
    process.off('exit', runOnce)
    for (const { name, handle } of handlers) process.off(name, handle)
  }
  return { forget }
}
