// DBOS Transact: a process of its own on a database of its own, on the same PostgreSQL.

import { startPeer } from '../lib/children.ts'
import type { Ground } from '../lib/ground.ts'
import type { Written } from '../work/mailbox.ts'
import type { Contender } from './contender.ts'

/** The fastest of those tried on two cores: 10 to 40 connections, 32 to 128 under way. */
const POOL = 20
const UNDER_WAY = 64

export async function createDbos(ground: Pick<Ground, 'createEmpty'>): Promise<Contender> {
  const peer = startPeer('peers/dbos-worker.mjs', {
    BENCH_DATABASE_URL: await ground.createEmpty('bench_dbos'),
    BENCH_POOL: String(POOL),
    BENCH_UNDER_WAY: String(UNDER_WAY),
  })
  await peer.ask()
  return {
    name: 'dbos',
    settings: [
      `pools of ${POOL} connections, ${UNDER_WAY} workflows under way, no tracing, no queue`,
    ],
    fill: async () => {
      await peer.ask({ command: 'clear' })
    },
    drain: async (size) => {
      await peer.ask({ command: 'drain', ...size })
    },
    written: () => peer.ask<Written>({ command: 'written' }),
    stop: () => peer.stop(),
  }
}
