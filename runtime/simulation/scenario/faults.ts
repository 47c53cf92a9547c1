// What goes wrong in a run, drawn by its seed: little in some runs, everything at once in others. After `until` all heals.

import type { Request, Server } from '../server/types.ts'
import type { Disturb, Link } from '../server/network.ts'
import type { Random } from '../world/random.ts'
import type { SimulatedProcess, World } from '../world/world.ts'
import type { Installation } from './installation.ts'
import type { JobQueue } from './job-queue.ts'
import type { ProviderAnswer } from './provider.ts'
import { writeDirectly } from './tenants.ts'

export interface Faults {
  isActive(): boolean
  disturb: Disturb
  drawDeliveries(): number[]
  drawNoticeDelays(): number[]
  drawSkew(): number
  drawAnswer(): ProviderAnswer
  start(parts: { server: Server; installation: Installation; queue: JobQueue }): void
  /** How often each kind was landed. */
  readonly landed: Record<string, number>
}

/** How likely each kind is; 0 in runs that do not have it. */
interface Plan {
  cutBefore: number
  cutAfter: number
  silent: number
  slow: number
  lateCommit: number
  /** The process dies, or stands still past its lease, where the answer to a statement would have come. */
  killAt: number
  freezeAt: number
  notice: number
  job: number
  provider: number
  skew: number
  /** Mean milliseconds between two of them. */
  kill: number
  freeze: number
  theft: number
  restart: number
  redis: number
}

export interface FaultTimes {
  from: number
  until: number
  leaseSeconds: number
}

const HOUR_MS = 3_600_000

export function createFaults(world: World, { from, until, leaseSeconds }: FaultTimes): Faults {
  const random = world.random.fork('faults')
  const plan = drawPlan(() => random.next())
  const landed: Record<string, number> = {}
  const isActive = (): boolean => world.now() >= from && world.now() < until
  const land = (kind: string): void => {
    landed[kind] = (landed[kind] ?? 0) + 1
  }
  /** True with this probability while faults happen. */
  const strikes = (kind: keyof Plan): boolean => {
    if (plan[kind] === 0 || !isActive() || !random.chance(plan[kind])) return false
    land(kind)
    return true
  }

  let killed: ((process: SimulatedProcess) => void) | null = null

  /** Where something is under way it is worth more. */
  function strikesAt(kind: 'killAt' | 'freezeAt', { name }: Request): boolean {
    if (name !== null && IDLE.has(name) && !random.chance(IDLE_SHARE)) return false
    return strikes(kind)
  }

  return {
    isActive,
    disturb: createDisturb({
      world,
      random,
      isActive,
      strikes,
      strikesAt,
      leaseSeconds,
      kill: (process) => killed?.(process),
    }),
    landed,
    drawDeliveries: () => delaysOf(random, strikes('job'), { usual: 5, again: 4_000, late: 8_000 }),
    drawNoticeDelays: () =>
      delaysOf(random, strikes('notice'), { usual: 3, again: 500, late: 2_000 }),
    drawSkew: () =>
      random.chance(plan.skew) ? (random.next() - 0.5) * 2 * HOUR_MS * SKEW_HOURS : 0,
    drawAnswer: () => (strikes('provider') ? random.pick(ANSWERS) : 'take'),
    start: (parts) => {
      killed = parts.installation.kill
      const restless = { plan, random, world, isActive, land, leaseSeconds, ...parts }
      for (const kind of Object.keys(ACTS) as (keyof typeof ACTS)[]) restlessly(restless, kind)
    },
  }
}

/** When something arrives: once and soon; struck it is lost, comes twice, or late. */
function delaysOf(
  random: Random,
  isStruck: boolean,
  { usual, again, late }: { usual: number; again: number; late: number },
): number[] {
  if (!isStruck) return [random.next() * usual]
  const kind = random.int(3)
  if (kind === 0) return []
  return kind === 1 ? [random.next() * usual, random.next() * again] : [random.next() * late]
}

interface Disturbing {
  world: World
  random: Random
  isActive: () => boolean
  strikes: (kind: keyof Plan) => boolean
  strikesAt: (kind: 'killAt' | 'freezeAt', request: Request) => boolean
  leaseSeconds: number
  kill: (process: SimulatedProcess) => void
}

/** What happens to a request, its answer, or the process that waits for it. */
function createDisturb(parts: Disturbing): Disturb {
  const { world, random, isActive, strikes, strikesAt, leaseSeconds, kill: killOne } = parts
  return (process, request) => {
    if (!isActive()) return null
    if (strikesAt('killAt', request)) {
      world.schedule(random.next() * 4, null, () => killOne(process))
      return null
    }
    if (strikesAt('freezeAt', request)) {
      const seconds = leaseSeconds * (1 + random.next())
      world.schedule(random.next() * 2, null, () => standStill(world, process, seconds))
      return null
    }
    if (strikes('cutBefore')) return { cut: 'before' }
    if (strikes('cutAfter')) return { cut: 'after' }
    if (strikes('silent')) return { isSilent: true }
    const isGateways = request.text === 'commit' && process.name.startsWith('gateway')
    if (isGateways && strikes('lateCommit')) return { there: 300 + random.next() * 1_500 }
    return strikes('slow') ? slowLink(random.next(), random.next()) : null
  }
}

/** Statements of loops that look whether there is something to do. */
const IDLE = new Set([
  'claim_batch',
  'dispatch_effects',
  'due_shards',
  'find_lost_jobs',
  'give_back_shards',
  'live_workers',
  'next_migration',
  'owned_shards',
  'spent_uncertain',
  'take_due_schedule',
  'take_shards',
  'waiting_local_effects',
  'waiting_transforms',
  'worker_heartbeat',
])
const IDLE_SHARE = 0.1

/** A gateway refuses what is signed more than five minutes away from its clock. */
const SKEW_HOURS = 0.07

const ANSWERS: readonly ProviderAnswer[] = [
  'busy',
  'fail',
  'hang',
  'break before',
  'break after',
  'break after',
  'unreachable',
]

function slowLink(first: number, second: number): Partial<Link> {
  return { there: first * 400, back: second * 400 }
}

/** Each kind is in some of the runs. */
function drawPlan(draw: () => number): Plan {
  const some = (share: number, most: number): number => (draw() < share ? draw() * most : 0)
  const every = (share: number, least: number): number =>
    draw() < share ? least + draw() * 4 * least : 0
  return {
    cutBefore: some(0.4, 0.01),
    cutAfter: some(0.5, 0.015),
    silent: some(0.3, 0.006),
    slow: some(0.5, 0.08),
    lateCommit: some(0.5, 0.3),
    killAt: some(0.4, 0.01),
    freezeAt: some(0.4, 0.01),
    notice: some(0.4, 0.6),
    job: some(0.5, 0.5),
    provider: some(0.6, 0.5),
    skew: some(0.4, 1),
    kill: every(0.5, 900),
    freeze: every(0.4, 900),
    theft: every(0.3, 800),
    restart: every(0.25, 1_500),
    redis: every(0.4, 600),
  }
}

interface Restless {
  plan: Plan
  random: Random
  world: World
  isActive: () => boolean
  land: (kind: string) => void
  leaseSeconds: number
  server: Server
  installation: Installation
  queue: JobQueue
}

const ACTS = { kill, freeze, theft, restart, redis }

/** Does it again and again, at times that the seed draws. */
function restlessly(parts: Restless, kind: keyof typeof ACTS): void {
  const { plan, random, world, isActive, land } = parts
  if (plan[kind] === 0) return
  const again = (): void => {
    world.schedule(random.next() * 2 * plan[kind], null, () => {
      if (isActive() && ACTS[kind](parts)) {
        land(kind)
        world.note(`fault: ${kind}`)
      }
      again()
    })
  }
  again()
}

function anyProcess({ random, installation }: Restless): SimulatedProcess | null {
  const all = [...installation.workers, ...installation.gateways.map(({ process }) => process)]
  return all.length > 0 ? random.pick(all) : null
}

function kill(parts: Restless): boolean {
  const process = anyProcess(parts)
  if (process) parts.installation.kill(process)
  return process !== null
}

/** Sometimes for a moment, sometimes past its lease. */
function freeze(parts: Restless): boolean {
  const { random, world, leaseSeconds } = parts
  const process = anyProcess(parts)
  if (!process) return false
  standStill(
    world,
    process,
    random.chance(0.5) ? random.next() : leaseSeconds * (0.8 + random.next() * 1.5),
  )
  return true
}

function standStill(world: World, process: SimulatedProcess, seconds: number): void {
  process.frozenUntil = Math.max(process.frozenUntil, world.now() + seconds * 1000)
  world.note(`${process.name} stands still for ${seconds.toFixed(1)} s`)
}

/** The sign of life of a worker that is well is taken away, so that others take its shards. */
function theft({ server }: Restless): boolean {
  writeDirectly(
    server,
    `update workers set expires_at = clock_timestamp() - make_interval(secs => 1)
      where id in (select id from workers order by id limit 1)`,
  )
  return true
}

function restart({ server, world, random }: Restless): boolean {
  if (!server.isUp) return false
  server.isUp = false
  server.cutAll()
  world.schedule(random.next() * 1_500, null, () => {
    server.isUp = true
  })
  return true
}

function redis({ queue, world, random }: Restless): boolean {
  const kind = random.int(4)
  if (kind === 0) queue.empty()
  else if (kind === 1) queue.remember()
  else if (kind === 2) queue.restore()
  else {
    queue.isAway = true
    world.schedule(random.next() * 3_000, null, () => {
      queue.isAway = false
    })
  }
  return true
}
