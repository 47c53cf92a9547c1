// The platform that the core code finds: clock, timers and randomness are the world's. Installed once per thread,
// before anything of the core is loaded; without a world everything is as it was.

import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import './real.ts'
import type { Scheduled } from './queue.ts'
import type { World } from './world.ts'

const holder: { world: World | null } = { world: null }

/** From now on the platform is this world's. */
export function enterWorld(world: World | null): void {
  holder.world = world
}

/** @throws {Error} outside a run */
export function theWorld(): World {
  if (!holder.world) throw new Error('there is no world')
  return holder.world
}

export function installPlatform(): void {
  installClock()
  installTimers()
  installRandomness()
  syncBuiltinESMExports()
}

function installClock(): void {
  const RealDate = Date
  const realNow = performance.now.bind(performance)
  const wallClock = (): number => {
    const { world } = holder
    return world ? Math.floor(world.now() + (world.current()?.skew ?? 0)) : RealDate.now()
  }
  class SimulatedDate extends RealDate {
    constructor(...given: [] | [number | string | Date]) {
      super(...((given.length === 0 ? [wallClock()] : given) as [number]))
    }

    static override now(): number {
      return wallClock()
    }
  }
  globalThis.Date = SimulatedDate as DateConstructor
  Object.defineProperty(performance, 'now', {
    value: () => {
      const { world } = holder
      return world ? world.now() - (world.current()?.startedAt ?? 0) : realNow()
    },
  })
}

/** What `setTimeout` gives: enough of Node's own. */
class SimulatedTimeout {
  private scheduled: Scheduled
  private readonly plan: () => Scheduled

  constructor(plan: () => Scheduled) {
    this.plan = plan
    this.scheduled = plan()
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }

  refresh(): this {
    this.close()
    this.scheduled = this.plan()
    return this
  }

  close(): this {
    this.scheduled.isCancelled = true
    return this
  }
}

type Callback = (...args: unknown[]) => void

function installTimers(): void {
  const real = {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout,
    clearInterval,
    clearImmediate,
  }
  const start = (act: Callback, delay: number, args: unknown[]): unknown => {
    const { world } = holder
    if (!world) return null
    const process = world.current()
    return new SimulatedTimeout(() => world.schedule(delay, process, () => act(...args)))
  }
  const after = (act: Callback, delay = 0, ...args: unknown[]): unknown =>
    start(act, Math.max(1, delay), args) ?? real.setTimeout(act, delay, ...args)
  const every = (act: Callback, delay = 0, ...args: unknown[]): unknown => {
    if (!holder.world) return real.setInterval(act, delay, ...args)
    const timer = start(
      () => {
        ;(timer as SimulatedTimeout).refresh()
        act(...args)
      },
      Math.max(1, delay),
      [],
    )
    return timer
  }
  const soon = (act: Callback, ...args: unknown[]): unknown =>
    start(act, 0, args) ?? real.setImmediate(act, ...args)
  const clear = (timer: unknown): void => {
    if (timer instanceof SimulatedTimeout) timer.close()
    else real.clearTimeout(timer as never)
  }
  const given = {
    setTimeout: after,
    setInterval: every,
    setImmediate: soon,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: (timer: unknown) => {
      if (timer instanceof SimulatedTimeout) timer.close()
      else real.clearImmediate(timer as never)
    },
  }
  Object.assign(globalThis, given)
  Object.assign(timers, given)
  installSleep()
}

function installSleep(): void {
  const real = timersPromises.setTimeout
  const sleep = (
    ms = 1,
    value?: unknown,
    options: { signal?: AbortSignal } = {},
  ): Promise<unknown> => {
    if (!holder.world) return real(ms, value, options)
    const { signal } = options
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        reject(new DOMException('The operation was aborted', 'AbortError'))
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve(value)
      }, ms)
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop, { once: true })
    })
  }
  Object.assign(timersPromises, { setTimeout: sleep })
  // One for all: most of them end long after whom they were for.
  const timedOut = new DOMException('The operation timed out', 'TimeoutError')
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(timedOut), ms)
    return controller.signal
  }
}

function installRandomness(): void {
  const real = Math.random
  const next = (): number => holder.world?.platform.next() ?? real()
  const fill = <View extends ArrayBufferView>(view: View): View => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
    for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(next() * 256)
    return view
  }
  const uuid = (): string => uuidOf(fill(new Uint8Array(16)), 4)
  Math.random = next
  const given = {
    randomFillSync: fill,
    randomUUID: uuid,
    randomBytes: (size: number) => fill(Buffer.alloc(size)),
    randomInt: (low: number, high?: number) =>
      high === undefined ? Math.floor(next() * low) : low + Math.floor(next() * (high - low)),
  }
  for (const [name, value] of Object.entries(given)) Object.defineProperty(crypto, name, { value })
  for (const [name, value] of Object.entries({ getRandomValues: fill, randomUUID: uuid }))
    Object.defineProperty(globalThis.crypto, name, { value })
}

function uuidOf(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

let [lastTime, lastCount] = [0, 0]

/** Stands in for the package `uuid`, whose counter would live on from seed to seed. */
export function createUuidV7(): string {
  const now = Date.now()
  ;[lastTime, lastCount] = now > lastTime ? [now, 0] : [lastTime, lastCount + 1]
  const bytes = crypto.randomFillSync(new Uint8Array(16))
  const head = Buffer.from(bytes.buffer, 0, 8)
  head.writeUIntBE(lastTime, 0, 6)
  head.writeUInt16BE(lastCount & 0x0fff, 6)
  return uuidOf(bytes, 7)
}

/** A new run begins its ids anew. */
export function forgetUuids(): void {
  ;[lastTime, lastCount] = [0, 0]
}
