// What everything in a process stands on: connections, the dispatch gate, secrets, figures, and the loops that keep the
// database in order.

import type { Pool } from 'pg'
import { createOrm, type Orm } from './db/orm.ts'
import { asUnavailable } from './db/pool.ts'
import { openPools, type Pools } from './db/pools.ts'
import { createEstimateKeeper } from './db/row-estimates.ts'
import { createSecretBox, type SecretBox } from './db/secret-box.ts'
import { createUpkeep, type KeptDays } from './db/upkeep.ts'
import { createProgress, type Progress } from './health.ts'
import { createMeter, type Meter } from './meter.ts'
import { createDispatchGate, type DispatchGate } from './outbox/gate/gate.ts'
import { createWatermark, placeOf } from './outbox/gate/watermark.ts'
import type { RuntimeOptions } from './runtime-options.ts'
import { createTenantFactsCache, type TenantFactsCache } from './shard/tenant-facts.ts'
import type { Teardown } from './teardown.ts'
import { withLimit } from './with-limit.ts'

export interface Base {
  progress: Progress
  meter: Meter
  pools: Pools
  orm: Orm
  gate: DispatchGate
  facts: TenantFactsCache
  secretBox: SecretBox
}

const CLOSE_MS = 2_000
const DEDUPE_DAYS = 90
const MEDIA_DAYS = 90

/** @throws {FluxoError} DATABASE_UNAVAILABLE */
export async function openBase(options: RuntimeOptions, teardown: Teardown): Promise<Base> {
  const { databaseUrl, masterKey, logger } = options
  const progress = createProgress()
  const meter = createMeter(progress)
  teardown.add(() => meter.stop())
  const pools = openPools(databaseUrl, teardown, meter.noteCommit)
  const pool = pools.commands
  const orm = await openOrm(databaseUrl, teardown)
  const gate = await openGateTo(options, pool, teardown)
  const loops = [
    createUpkeep(pool, keptDaysOf(options), logger),
    createEstimateKeeper(pool, logger),
  ]
  for (const loop of loops) {
    loop.start()
    teardown.add(() => loop.stop())
  }
  const secretBox = createSecretBox(masterKey)
  return { progress, meter, pools, orm, gate, facts: createTenantFactsCache(), secretBox }
}

function keptDaysOf({
  dedupeDays = DEDUPE_DAYS,
  mediaDays = MEDIA_DAYS,
}: RuntimeOptions): KeptDays {
  return { keys: dedupeDays, media: mediaDays }
}

/** Looks who the database is before anything can leave or is swept. */
async function openGateTo(
  { redisUrl, dataDir, isAlone, isDispatchPaused = false, logger }: RuntimeOptions,
  pool: Pool,
  teardown: Teardown,
): Promise<DispatchGate> {
  const gate = createDispatchGate({
    pool,
    isPaused: isDispatchPaused,
    watermark: createWatermark({ redisUrl, dataDir }),
    // Only an embedded database lies in the folder.
    place: isAlone && dataDir !== undefined ? placeOf(dataDir) : null,
    logger,
  })
  teardown.add(() => gate.stop())
  await gate.isOpen()
  return gate
}

async function openOrm(databaseUrl: string, teardown: Teardown): Promise<Orm> {
  const orm = await createOrm(databaseUrl)
  // A connection that was just being made would keep it waiting for ever.
  teardown.add(() => withLimit(orm.close(), CLOSE_MS))
  // The first connection loads the driver; a stop in that moment would wait for it.
  await orm.em
    .getConnection()
    .execute('select 1')
    .catch((error: unknown) => {
      throw asUnavailable(error)
    })
  return orm
}
