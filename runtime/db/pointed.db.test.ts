// What is planned while a queue is empty stays the plan when a million rows lie in it: no statement of the line may ever
// read a whole queue for the rows that it names.

import { Client } from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { keepEstimates } from './row-estimates.ts'
import { createPool } from './pool.ts'
import { startWholeRuntime, type WholeRuntime } from '../testing/whole.ts'
import { until } from '../testing/until.ts'
import { leadOf } from '../testing/arrivals.ts'

/** Statement texts by name, as pools of pointed statements sent them. */
const sent = new Map<string, string>()
const POINTED = /fluxolab-(work|webhooks)/
const QUEUES = ['mailbox', 'timers', 'outbox']

let whole: WholeRuntime
beforeAll(async () => {
  const { query } = Client.prototype
  vi.spyOn(Client.prototype, 'query').mockImplementation(function (
    this: Client,
    ...given: unknown[]
  ) {
    const [asked] = given as [{ name?: string; text?: string } | string]
    const { connectionParameters } = this as unknown as {
      connectionParameters: { application_name: string }
    }
    if (
      typeof asked === 'object' &&
      asked.name &&
      asked.text &&
      POINTED.test(connectionParameters.application_name)
    )
      sent.set(asked.name, asked.text)
    return (query as (...values: unknown[]) => unknown).apply(this, given)
  } as never)
  whole = await startWholeRuntime()
})
afterAll(() => whole.stop())

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  Plans?: Node[]
}

/** First columns of indexes; those of partial indexes are left out, since those hold only what is asked for. */
let leading: Map<string, string>

function readsAll(node: Node): string[] {
  const {
    'Node Type': type,
    'Relation Name': table = '',
    'Index Name': index,
    'Index Cond': condition = '',
  } = node
  const column = leading.get(index ?? '')
  const isWhole =
    (QUEUES.includes(table) && type === 'Seq Scan') ||
    (column !== undefined &&
      /^(Index|Bitmap Index)/.test(type) &&
      !new RegExp(`\\b${column}\\b`).test(condition))
  return [
    ...(isWhole ? [`${type} of ${index ?? table}`] : []),
    ...(node.Plans ?? []).flatMap(readsAll),
  ]
}

async function wrongPlans(): Promise<Record<string, string[]>> {
  const pool = createPool(whole.line.url, { max: 1, name: 'test', arePointed: true })
  const found: Record<string, string[]> = {}
  for (const [name, text] of sent) {
    if (!QUEUES.some((queue) => new RegExp(`\\b${queue}\\b`).test(text))) continue
    const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: Node }[] }>(
      `explain (generic_plan, format json) ${text}`,
    )
    const wrong = readsAll(rows[0]!['QUERY PLAN'][0]!.Plan)
    if (wrong.length > 0) found[name] = wrong
  }
  await pool.end()
  return found
}

test('no statement that was planned on empty queues reads a whole queue', async () => {
  const { pool, tenant } = whole.line
  // An executor without room at that moment claims by itself, later.
  await until('a batch has claimed its effects', async () => {
    await whole.line.accept(leadOf(tenant))
    await whole.workIsDone()
    return sent.has('claim_effects_within')
  })
  await until('the sweeps have looked', async () => sent.has('find_lost_jobs'))
  leading = new Map(
    (
      await whole.line.rows<{ name: string; first: string }>(
        `select i.indexrelid::regclass::text as name, a.attname::text as first from pg_index i
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = any($1::regclass[]) and i.indpred is null`,
        [QUEUES],
      )
    ).map(({ name, first }) => [name, first]),
  )
  for (const queue of QUEUES) await pool.query(`delete from ${queue}`)
  for (const queue of QUEUES) await pool.query(`vacuum (truncate off, analyze) ${queue}`)
  // What PostgreSQL makes of it by itself: a batch would read the whole mailbox to remove its own rows.
  expect(await wrongPlans()).toHaveProperty('consume_mailbox')
  expect(await keepEstimates(pool)).toEqual(expect.arrayContaining(QUEUES))
  expect(await wrongPlans()).toEqual({})
  expect(sent.keys().toArray()).toEqual(
    expect.arrayContaining(['settle_effects', 'claim_effects_within', 'due_shards', 'set_timers']),
  )
  expect(await keepEstimates(pool)).toEqual([])
})
