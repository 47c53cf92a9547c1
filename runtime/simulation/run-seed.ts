// One seed from an empty database to rest: load and faults for a while, then everything heals and has to drain.

import type { Server } from './server/types.ts'
import type { Database, Table } from './store/types.ts'
import { describeRest } from './checker/check-end.ts'
import { type Checker, createChecker } from './checker/checker.ts'
import { createFaults, type Faults } from './scenario/faults.ts'
import { createInstallation } from './scenario/installation.ts'
import { createJobQueue } from './scenario/job-queue.ts'
import { createLoad, type Load } from './scenario/load.ts'
import { writePoison } from './scenario/poison.ts'
import { createProvider } from './scenario/provider.ts'
import { createTenants, type SimulatedTenant, writeDirectly } from './scenario/tenants.ts'
import { createNetwork, enterNetwork } from './server/network.ts'
import { createServer } from './server/server.ts'
import type { Statements } from './sql/statement.ts'
import { clearTables, createDatabase } from './store/database.ts'
import { enterWorld, forgetUuids } from './world/platform.ts'
import type { Random } from './world/random.ts'
import { createWorld, type World } from './world/world.ts'

/** The database before anything is in it. */
export interface Schema {
  tables: Map<string, Table>
  statements: Statements
  /** Statements that fill in what the migrations put there. */
  rows: readonly string[]
}

export interface SeedReport {
  seed: number
  /** Null: every guarantee held. */
  failure: string | null
  steps: number
  simulatedMs: number
  hash: number
  /** The last lines of the trace. */
  recent: string[]
  landed: Record<string, number>
  counts: { commits: number; envelopes: number; effects: number }
}

/** People do things for so long, and a little later everything heals. */
const SHORTEST_LOAD_MS = 600
const LONGEST_LOAD_MS = 1_600
const HEALING_MS = 600
const FAULTS_FROM_MS = 400
/** Longer than the longest rest of an effect that was refused again and again. */
const DRAIN_MS = 400_000
const LEASE_SECONDS = 2
const UNCERTAIN_SECONDS = 2

/** Runs a seed; never throws for what goes wrong in it. */
export async function runSeed(seed: number, schema: Schema, kept?: number): Promise<SeedReport> {
  clearTables(schema.tables)
  forgetUuids()
  const world = createWorld(seed, kept)
  enterWorld(world)
  try {
    return await live(world, schema)
  } finally {
    enterWorld(null)
    enterNetwork(null)
  }
}

async function live(world: World, schema: Schema): Promise<SeedReport> {
  const started = world.now()
  const random = world.random.fork('shape')
  const duration = random.between(SHORTEST_LOAD_MS, LONGEST_LOAD_MS)
  const healed = started + duration + HEALING_MS
  const stage = createStage(world, schema, { from: started + FAULTS_FROM_MS, until: healed })
  const { checker, faults, database } = stage
  const load = setScene(world, stage, { random, duration })
  await world.run(() => false, healed)
  world.schedule(SETTLED_MS, null, () => writeDirectly(stage.server, GROW_OLD))
  const isQuiet = (): boolean => load.open() === 0 && checker.isAtRest()
  await world.run(nowAndThen(world, isQuiet), healed + DRAIN_MS)
  if (!isQuiet())
    world.fail(`liveness: work is left (${load.open()} requests). ${describeRest(database)}`)
  if (world.trace.failure === null) checker.end(stage.tenants)
  const { trace } = world
  const { commits, envelopes, effects } = checker.books
  return {
    seed: world.seed,
    failure: trace.failure,
    steps: trace.steps,
    simulatedMs: world.now() - started,
    hash: trace.hash,
    recent: trace.recent,
    landed: faults.landed,
    counts: { commits, envelopes: envelopes.size, effects: effects.size },
  }
}

interface Stage {
  checker: Checker
  faults: Faults
  database: Database
  server: Server
  tenants: SimulatedTenant[]
}

/** The database, what watches it, and what will go wrong. */
function createStage(
  world: World,
  schema: Schema,
  { from, until }: { from: number; until: number },
): Stage {
  const clock = { now: world.now, random: world.platform.next }
  const database = createDatabase(schema.tables, clock)
  const checker = createChecker(database, world.fail)
  const faults = createFaults(world, { from, until, leaseSeconds: LEASE_SECONDS })
  const server = createServer(world, database, {
    statements: schema.statements,
    onCommit: checker.onCommit,
    onStatement: checker.onStatement,
    noticeDelays: faults.drawNoticeDelays,
  })
  enterNetwork(createNetwork(server, faults.disturb))
  for (const text of schema.rows) writeDirectly(server, text)
  return { checker, faults, database, server, tenants: createTenants(server) }
}

/** Processes, provider and people; from here on things happen. */
function setScene(
  world: World,
  { checker, faults, server, tenants }: Stage,
  { random, duration }: { random: Random; duration: number },
): Load {
  const { drawDeliveries } = faults
  const queue = createJobQueue(world, { drawDeliveries, onJob: checker.onJob })
  const provider = createProvider(world, {
    tenants,
    answer: faults.drawAnswer,
    onArrival: checker.onArrival,
    onTaken: (send) => {
      checker.onTaken(send)
      load.read(send.tenant, send)
    },
    report: (tenant, value) => load.report(tenant, value),
    isDisturbed: faults.isActive,
  })
  const installation = createInstallation(world, {
    server,
    queue,
    egress: provider.egress,
    counts: { workers: random.pick([1, 2, 2, 3]), gateways: 1 + random.int(2) },
    leaseSeconds: LEASE_SECONDS,
    uncertainSeconds: UNCERTAIN_SECONDS,
    isDirect: random.chance(0.6),
    drawSkew: faults.drawSkew,
  })
  const { gateways } = installation
  const people = random.chance(0.15) ? 2 : 1
  const { onAccepted } = checker
  const load = createLoad(world, { tenants, gateways, people, duration, onAccepted })
  if (random.chance(0.4)) {
    const tenant = random.pick(tenants)
    world.schedule(random.next() * duration, null, () => writePoison(server, tenant))
  }
  installation.start()
  load.start()
  faults.start({ server, installation, queue })
  return load
}

/** No attempt lasts so long: what is still being sent then was left behind by a process that died. */
const SETTLED_MS = 9_000
/** It would only lie there until it is taken for uncertain. */
const GROW_OLD = `update outbox set moved_at = moved_at - interval '30 seconds' where status = 'sending'`

const LOOK_MS = 50

/** Asks so often and no oftener. */
function nowAndThen(world: World, ask: () => boolean): () => boolean {
  let askedAt = -Infinity
  let answer = false
  return () => {
    if (world.now() < askedAt + LOOK_MS) return answer
    askedAt = world.now()
    answer = ask()
    return answer
  }
}
