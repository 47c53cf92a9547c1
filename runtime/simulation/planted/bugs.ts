// Bugs that are put into the core on purpose, as changes of its source on the way into the thread of a simulation: the
// tests of the tests. A change that no longer fits its file is an error, so that none of them goes blind in silence.

export interface SourceChange {
  /** End of the file's path. */
  file: string
  find: string
  replace: string
}

export interface PlantedBug {
  name: string
  changes: SourceChange[]
  /** First seed to try, where it takes more than a few; left out, 1. */
  from?: number
  /** What is found begins like this. */
  finds: RegExp
  /** It keeps something in Redis that belongs into PostgreSQL. */
  usesRedis?: true
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'no fence',
    from: 21,
    finds: /^I8/,
    changes: [
      {
        file: 'runtime/shard/commit-batch.ts',
        find: `if (lost.length > 0) throw new FluxoError('LEASE_LOST', { details: { shards: lost } })`,
        replace: '',
      },
    ],
  },
  {
    name: 'ack before commit',
    finds: /^I1/,
    changes: [
      {
        file: 'runtime/mailbox/accept.ts',
        find: 'inTransaction(pool, (client) => storeArrivals(client, items))',
        replace: `inTransaction(pool, async (client) => {
          const early = await storeArrivals(client, items)
          group.forEach((entry, index) => settle(entry, early[index]))
          return early
        })`,
      },
    ],
  },
  {
    name: 'effect enqueued before commit',
    finds: /^I4/,
    changes: [
      {
        file: 'runtime/shard/shard-worker.ts',
        find: 'const { claim } = options',
        replace: `const { claim } = options
    onCommitted({ steps: 0, effects: worked.flatMap(({ work, steps }) => steps.flatMap(({ effects }) =>
      effects.map(({ id, command }) => ({ tenantId: work.tenantId, effectId: id, kind: command.kind })))) })`,
      },
    ],
  },
  {
    name: 'random effect id',
    finds: /^I[24]/,
    changes: [
      {
        file: 'machines/run/run.ts',
        find: "`eff_${runId.slice('run_'.length)}_${visit}`",
        replace: "`eff_${runId.slice('run_'.length)}_${visit}_${Math.floor(Math.random() * 1e9)}`",
      },
    ],
  },
  {
    name: 'local clock for timers',
    finds: /^I7/,
    changes: [
      {
        file: 'runtime/timer/fire-due.ts',
        find: 't.due_at <= now()',
        replace: 't.due_at <= $2::timestamptz',
      },
      {
        file: 'runtime/timer/fire-due.ts',
        find: '[[...owned.keys()]]',
        replace: '[[...owned.keys()], new Date()]',
      },
      {
        file: 'runtime/timer/fire-due.ts',
        find: 'and due_at <= now()',
        replace: 'and due_at <= $3::timestamptz',
      },
      {
        file: 'runtime/timer/fire-due.ts',
        find: '[shards, share]',
        replace: '[shards, share, new Date()]',
      },
    ],
  },
  {
    name: 'cursor moved twice',
    finds: /^I2/,
    changes: [
      {
        file: 'runtime/shard/write-steps.ts',
        find: `'delete from mailbox where id = any($1::bigint[]) returning id'`,
        replace: `'with next as (delete from mailbox where id - 1 = any($1::bigint[]) and id <> all($1::bigint[])) delete from mailbox where id = any($1::bigint[]) returning id'`,
      },
    ],
  },
  {
    name: 'mailbox not removed',
    finds: /^I2/,
    changes: [
      {
        file: 'runtime/shard/write-steps.ts',
        find: `'delete from mailbox where id = any($1::bigint[]) returning id'`,
        replace: `'select id from mailbox where id = any($1::bigint[])'`,
      },
    ],
  },
  {
    name: 'nonce only in Redis',
    finds: /^I2 the nonce/,
    usesRedis: true,
    changes: [
      {
        file: 'runtime/mailbox/claim-keys.ts',
        find: `const nonces = await claim(db, withNonce, (draft) => draft.arrival.nonceKey ?? '')`,
        replace: `const redis = globalThis.simulatedRedis
  const nonces = new Map(withNonce.map((draft) => {
    const key = draft.tenantId + ' ' + draft.arrival.nonceKey
    if (!redis.has(key)) redis.set(key, draft.eventId)
    return [draft.index, redis.get(key)]
  }))`,
      },
    ],
  },
  {
    name: 'status going backwards',
    finds: /^I6/,
    changes: [
      {
        file: 'runtime/mailbox/store-statuses.ts',
        find: `status = case when m.status_rank < item.rank then item.status else m.status end,`,
        replace: 'status = item.status,',
      },
      {
        file: 'runtime/mailbox/store-statuses.ts',
        find: 'status_rank = greatest(m.status_rank, item.rank)',
        replace: 'status_rank = item.rank',
      },
      {
        file: 'runtime/mailbox/store-statuses.ts',
        find: 'and (m.status_rank < item.rank or (m.pricing_json is null and item.pricing is not null))',
        replace: '',
      },
    ],
  },
  {
    name: 'lease renewed without check',
    finds: /^I8/,
    changes: [
      {
        file: 'runtime/shard/lease.ts',
        find: 'and not exists (select 1 from workers w where w.id = l.owner and w.expires_at > clock_timestamp())',
        replace: '',
      },
    ],
  },
  {
    name: 'batch swallow on error',
    finds: /^I[23]/,
    changes: [
      {
        file: 'runtime/shard/work-batch.ts',
        find: `worked.poison = { envelope: claimed, reason: reasonOf(error) }
      break`,
        replace: 'worked.consumed.push(claimed.id)',
      },
    ],
  },
  {
    name: 'timer generation ignored',
    from: 122,
    finds: /^I7/,
    changes: [
      {
        file: 'actors/route-result.ts',
        find: 'if (run.timers[timerId]?.generation !== generation) return',
        replace: 'if (!run.timers[timerId]) return',
      },
    ],
  },
  {
    name: 'id > cursor consumption',
    finds: /^(I2|I3|liveness)/,
    changes: [
      {
        file: 'runtime/shard/claim-batch.ts',
        find: 'const rows = await run<MailboxRow>(db, CLAIM, [[...leases.keys()], size.next()])',
        replace: `const all = await run(db, CLAIM, [[...leases.keys()], size.next()])
  const rows = all.filter((row) => row.id > (states.cursor ?? 0))
  states.cursor = Math.max(states.cursor ?? 0, ...all.map((row) => row.id))`,
      },
    ],
  },
]

/** @throws {Error} when a change does not fit its file any more */
export function plant(bug: PlantedBug, url: string, source: string): string | null {
  const changes = bug.changes.filter(({ file }) => url.endsWith(`/${file}`))
  if (changes.length === 0) return null
  return changes.reduce((text, { file, find, replace }) => {
    if (!text.includes(find))
      throw new Error(`the planted bug "${bug.name}" no longer fits ${file}: ${find}`)
    return text.replace(find, () => replace)
  }, source)
}
