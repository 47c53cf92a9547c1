// The runtime's figures for Prometheus; low cardinality, no tenant.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Pools } from './db/pools.ts'
import type { Figures, FiguresReader } from './figures.ts'
import type { Progress } from './health.ts'
import { watchLiveHeap } from './live-heap.ts'
import type { Worker } from './worker.ts'

export interface Meter {
  countRefused(code: string): void
  noteCommit(pool: string, seconds: number): void
  /** Adds what is asked for at each collection. */
  watch(sources: MeterSources): void
  text(): Promise<string>
  stop(): void
}

export interface MeterSources {
  pools: Pools
  figures: FiguresReader
  /** Null in a process that is no worker. */
  worker: () => Pick<Worker, 'ownedShards' | 'epochConflicts'> | null
}

/** Creates the registry of one process. */
export function createMeter(progress: Progress): Meter {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const refused = new Counter({
    name: 'fluxo_webhook_refused_total',
    help: 'Webhooks that were refused, by error code',
    labelNames: ['code'],
    registers,
  })
  const commits = new Histogram({
    name: 'fluxo_batch_commit_seconds',
    help: 'Time of a COMMIT, by pool: batches and effects (work), arrivals (webhooks)',
    labelNames: ['pool'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  gauge(registry, 'fluxo_steps', 'Steps committed by this process', () => progress.steps)
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  gauge(registry, 'nodejs_eventloop_lag_seconds', 'Longest since the last collection', () => {
    const seconds = delay.max / 1e9
    delay.reset()
    return seconds
  })
  const heap = watchLiveHeap()
  gauge(registry, 'nodejs_heap_live_bytes', LIVE_HEAP, heap.read)
  return {
    countRefused: (code) => refused.inc({ code }),
    noteCommit: (pool, seconds) => commits.observe({ pool }, seconds),
    watch: (sources) => watchAll(registry, sources),
    text: () => registry.metrics(),
    stop: () => {
      delay.disable()
      heap.stop()
    },
  }
}

const LIVE_HEAP = 'Heap still in use after the last full garbage collection; 0 before the first'

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const registers = [registry]
  const kept: Gauge = new Gauge({ name, help, registers, collect: (): void => kept.set(read()) })
}

function watchAll(registry: Registry, { pools, figures, worker }: MeterSources): void {
  gauge(registry, 'fluxo_shard_owned', 'Shards that this process owns', () => {
    return worker()?.ownedShards().length ?? 0
  })
  gauge(registry, 'fluxo_epoch_conflict_total', 'Shards found in other hands at a write', () => {
    return worker()?.epochConflicts() ?? 0
  })
  const waiting = new Gauge({
    name: 'fluxo_pg_pool_waiting',
    help: 'Requests that wait for a connection, by pool',
    labelNames: ['pool'],
    registers: [registry],
    collect: () => {
      for (const [name, pool] of Object.entries(pools)) {
        waiting.set({ pool: name }, pool.waitingCount)
      }
    },
  })
  for (const [name, { key, help }] of Object.entries(OF_THE_DATABASE)) {
    const kept: Gauge = new Gauge({
      name,
      help: `${help}; of the whole installation`,
      registers: [registry],
      // A database that does not answer leaves the other numbers as they are.
      collect: (): Promise<void> =>
        figures.read().then(
          (read) => kept.set(read[key]),
          () => kept.set(Number.NaN),
        ),
    })
  }
}

const OF_THE_DATABASE: Record<string, { key: keyof Figures; help: string }> = {
  fluxo_mailbox_oldest_age_seconds: { key: 'mailboxAge', help: 'How long an envelope has waited' },
  fluxo_outbox_oldest_age_seconds: { key: 'outboxAge', help: 'How long an effect has waited' },
  fluxo_timer_lag_seconds: { key: 'timerLag', help: 'How late the earliest timer is' },
  fluxo_effect_uncertain: { key: 'uncertain', help: 'Effects that may have gone out' },
  fluxo_circuit_open: {
    key: 'openCircuits',
    help: 'Provider accounts that are cut off because they are down',
  },
  fluxo_dlq_size: { key: 'deadLetters', help: 'Open dead letters, counted up to ten thousand' },
}
