import { expect, test, vi } from 'vitest'
import { createLogger } from './log.ts'
import { createLoop, type Loop } from './loop.ts'

const logger = createLogger('silent')

/** A loop whose turns are counted and can be awaited; `work` says what each one does. */
function countedLoop(work: (turn: number) => Promise<boolean>, pollMs = 60_000) {
  let turns = 0
  const waiting: { turn: number; resolve: () => void }[] = []
  const loop: Loop = createLoop({
    name: 'test',
    pollMs,
    logger,
    turn: async () => {
      turns += 1
      for (const { turn, resolve } of waiting) if (turn <= turns) resolve()
      return work(turns)
    },
  })
  const reached = (turn: number): Promise<void> =>
    turn <= turns ? Promise.resolve() : new Promise((resolve) => waiting.push({ turn, resolve }))
  return { loop, reached, turns: () => turns }
}

test('a loop turns while there is work, sleeps, and turns again when it is woken', async () => {
  const { loop, reached, turns } = countedLoop((turn) => Promise.resolve(turn < 3))
  loop.start()
  loop.start()
  await reached(3)
  await new Promise(setImmediate)
  expect(turns()).toBe(3)
  loop.wake()
  await reached(4)
  await loop.stop()
  expect(turns()).toBe(4)
})

test('a wake during a turn leads to another turn', async () => {
  let wake = (): void => {}
  const { loop, reached, turns } = countedLoop((turn) => {
    if (turn === 1) wake()
    return Promise.resolve(false)
  })
  wake = loop.wake
  loop.start()
  await reached(2)
  await loop.stop()
  expect(turns()).toBe(2)
})

test('stopping waits for the turn under way and no other follows', async () => {
  const gate = Promise.withResolvers<boolean>()
  const { loop, reached, turns } = countedLoop(() => gate.promise)
  loop.start()
  await reached(1)
  const stopped = loop.stop()
  gate.resolve(true)
  await stopped
  expect(turns()).toBe(1)
})

test('an error is no end, and however often it is woken the loop pauses after it', async () => {
  vi.useFakeTimers()
  try {
    const { loop, reached, turns } = countedLoop(() => Promise.reject(new Error('broken')))
    loop.start()
    await reached(1)
    for (let n = 0; n < 10; n++) {
      loop.wake()
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(turns()).toBe(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(turns()).toBe(2)
    await loop.stop()
  } finally {
    vi.useRealTimers()
  }
})
