// Worker processes on one database, moved by hand: they divide the shards, and then drain what waits.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../work/shards-process.ts'
import { type Peer, startPeer } from './children.ts'

const SHARDS = 256
const LOOK_MS = 5
const TRIES = 20

export interface ShardProcesses {
  pids: number[]
  /** Works until so many Steps are committed by all of them together. */
  drain(steps: number): Promise<void>
  /** Works until it is told to halt. */
  run(): Promise<void>
  /** Something new waits. */
  wake(): Promise<void>
  halt(): Promise<void>
  stop(): Promise<void>
}

/** Starts them; all shards are theirs when it resolves. */
export async function startShardProcesses(
  databaseUrl: string,
  count: number,
): Promise<ShardProcesses> {
  const peers = Array.from({ length: count }, () =>
    startPeer('work/shards-process.ts', {
      BENCH_DATABASE_URL: databaseUrl,
      // As `npm start` and the image have it.
      NODE_OPTIONS: '--max-semi-space-size=16',
    }),
  )
  for (const peer of peers) await peer.ask()
  await divide(peers)
  const counted = async (): Promise<number> => {
    const replies = await Promise.all(peers.map((peer) => tell<{ steps: number }>(peer, 'count')))
    return replies.reduce((sum, { steps }) => sum + steps, 0)
  }
  const tellAll = (command: Command) => async (): Promise<void> => {
    for (const peer of peers) await tell(peer, command)
  }
  const [run, wake, halt] = [tellAll('run'), tellAll('wake'), tellAll('halt')]
  return {
    pids: peers.map(({ pid }) => pid),
    run,
    wake,
    halt,
    drain: async (steps) => {
      const goal = (await counted()) + steps
      await run()
      while ((await counted()) < goal) await sleep(LOOK_MS)
      await halt()
    },
    stop: async () => {
      for (const peer of peers) await peer.stop()
    },
  }
}

/** A shard is free for its new owner once the old one gave it back, so everybody is asked more than once. */
async function divide(peers: Peer[]): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    let owned = 0
    for (const peer of peers) owned += (await tell<{ owned: number }>(peer, 'renew')).owned
    if (owned === SHARDS && tries > 0) return
  }
  throw new Error('the processes did not divide the shards')
}

function tell<Reply>(peer: Peer, command: Command): Promise<Reply> {
  return peer.ask<Reply>({ command })
}
