// How a process hears of what happens: what itself and the others commit, and that the database has fallen silent.

import { cutOrm, type Orm } from './db/orm.ts'
import { cutAll } from './db/pool.ts'
import type { Pools } from './db/pools.ts'
import { CHANNELS } from './live/channels.ts'
import type { Feed } from './live/feed.ts'
import { createListener } from './live/listener.ts'
import { createNoticeBoard, type Handlers, tellOn } from './live/notices.ts'
import type { Logger } from './log.ts'
import type { TenantFactsCache } from './shard/tenant-facts.ts'
import type { Teardown } from './teardown.ts'
import type { Worker } from './worker.ts'

export interface Hearing {
  /** Null until there is one. */
  worker: Worker | null
  feed: Feed
  facts: TenantFactsCache
  pools: Pools
  orm: Orm
}

export interface HearingOptions {
  databaseUrl: string
  role: 'all' | 'gateway' | 'worker'
  /** Nobody else has to be told. */
  isAlone: boolean
  logger: Logger
}

/**
 * Connects what is committed over the pools with what has to hear of it.
 * @throws {FluxoError} DATABASE_UNAVAILABLE
 */
export async function startHearing(
  { databaseUrl, role, isAlone, logger }: HearingOptions,
  parts: Hearing,
  teardown: Teardown,
): Promise<void> {
  const handlers: Handlers = {
    [CHANNELS.library]: parts.facts.forget,
    ...(role === 'worker' ? {} : watches(parts)),
    ...(role === 'gateway' ? {} : wakes(parts)),
  }
  const listener = await createListener(databaseUrl, handlers, {
    logger,
    onGap: parts.feed.refreshAll,
    onSilent: () => {
      logger.warn('the database does not answer; connections are made anew')
      for (const pool of Object.values(parts.pools)) cutAll(pool)
      cutOrm(parts.orm)
    },
  })
  teardown.add(() => listener.stop())
  const board = createNoticeBoard({
    send: isAlone ? null : listener.send,
    onError: (error, channel) =>
      logger.warn({ err: error, channel }, 'a notice was not understood'),
  })
  board.hearBy(handlers)
  teardown.add(() => board.stop())
  for (const pool of Object.values(parts.pools)) tellOn(pool, board)
}

const watches = ({ feed }: Hearing): Handlers => ({
  [CHANNELS.live]: feed.notice,
  [CHANNELS.editors]: feed.hear,
})

const wakes = (parts: Hearing): Handlers => ({
  [CHANNELS.mailbox]: () => parts.worker?.wakeMailbox(),
  [CHANNELS.outbox]: () => parts.worker?.wakeOutbox(),
  [CHANNELS.leases]: () => parts.worker?.wakeLeases(),
})
