import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServerMessage } from '#machines/contracts/live.ts'
import { leadOf, newPhone } from './testing/arrivals.ts'
import { until } from './testing/until.ts'
import { startWholeRuntime, type WholeRuntime } from './testing/whole.ts'
import { createRuntime } from './runtime.ts'
import { MASTER_KEY } from './testing/tenant.ts'

let whole: WholeRuntime
beforeAll(async () => {
  whole = await startWholeRuntime()
})
afterAll(() => whole.stop())

const stateOf = async (contactId: string): Promise<string | undefined> => {
  const text = `select coalesce(p.state, r.state) as state from workflow_runs r left join run_places p on p.run_id = r.id
    where r.contact_id = $1`
  return (await whole.line.rows<{ state: string }>(text, [contactId]))[0]?.state
}

test('a lead is greeted over BullMQ on PostgreSQL, and the statuses of the message come back', async () => {
  const { line, accepted } = whole
  const phone = newPhone()
  const { contactId } = await line.accept(leadOf(line.tenant, { address: { phone } }))
  await until('the message was read', async () => {
    const text = "select 1 from messages where contact_id = $1 and status = 'read'"
    return (await line.rows(text, [contactId])).length === 1
  })
  const own = accepted.filter((message) => message.who === phone)
  expect(own).toMatchObject([{ text: 'Oi, Ana!' }])
  // The status of a message may overtake the provider's own answer.
  await until('it waits', async () => (await stateOf(contactId ?? '')) === 'await_purchase')
})

test('I6: two processes share the work, and each of a hundred leads is greeted once', async () => {
  const { line, accepted } = whole
  const another = await whole.startAnother()
  const before = accepted.length
  const leads = Array.from({ length: 100 }, () => leadOf(line.tenant))
  await Promise.all(leads.map((lead) => line.accept(lead)))
  await whole.workIsDone()
  await another.stop()
  const phones = accepted.slice(before).map(({ who }) => who)
  expect(phones.toSorted()).toEqual(leads.map(({ address }) => address.phone ?? '').toSorted())
})

test('a process that stops gives its shards to the others at once', async () => {
  const { line } = whole
  const another = await whole.startAnother()
  const owners = () => line.rows('select distinct owner from shard_leases where owner is not null')
  await until('both own shards', async () => (await owners()).length === 2)
  await another.stop()
  const started = performance.now()
  await until('one owns all', async () => {
    const [row] = await line.rows<{ n: number }>('select count(owner)::int as n from shard_leases')
    return row?.n === 256
  })
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('a follower gets the full state at once and again after each commit, until it leaves', async () => {
  const { line, runtime } = whole
  const { contactId } = await line.accept(leadOf(line.tenant, { source: 'quiet' }))
  const heard: ServerMessage[] = []
  const leave = await runtime.live.follow(line.tenant.actor, `contact:${contactId}`, (message) =>
    heard.push(message),
  )
  expect(heard[0]).toMatchObject({ type: 'contact.stepped', contactId })
  const last = () => heard.at(-1) as Extract<ServerMessage, { type: 'contact.stepped' }>
  await until('the lead is in the journal', () => last().actor.seq === 1)
  await line.enqueue(contactId ?? '', { type: 'something.else' })
  await until('the event is heard', () => last().actor.journal.items[0]?.event === 'something.else')
  leave()
  const count = heard.length
  await line.enqueue(contactId ?? '', { type: 'yet.another' })
  await until('the event is applied', async () => {
    const text = "select 1 from journal where contact_id = $1 and event_type = 'yet.another'"
    return (await line.rows(text, [contactId])).length === 1
  })
  expect(heard).toHaveLength(count)
})

test('whoever follows a workflow sees its counts and the moves', async () => {
  const { line, runtime } = whole
  const heard: ServerMessage[] = []
  const leave = await runtime.live.follow(line.tenant.actor, 'workflow:wf_welcome', (message) =>
    heard.push(message),
  )
  expect(heard[0]).toMatchObject({ type: 'workflow.counts', workflowId: 'wf_welcome' })
  const { contactId } = await line.accept(leadOf(line.tenant))
  await until('the move is heard', () =>
    heard.some(
      (message) =>
        message.type === 'workflow.moved' &&
        message.moves.some((move) => move.contactId === contactId),
    ),
  )
  await until('the counts are heard', async () => {
    const counts = heard.findLast((message) => message.type === 'workflow.counts')
    const { states } = await runtime.workflows.live(line.tenant.actor, 'wf_welcome')
    return JSON.stringify(counts?.states) === JSON.stringify(states)
  })
  leave()
})

test('I9: nobody follows what is of another tenant', async () => {
  const stranger = { tenantId: 'tnt_stranger', userId: 'usr_x', role: 'owner' as const }
  const follow = whole.runtime.live.follow(stranger, 'workflow:wf_welcome', () => {})
  await expect(follow).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})

test('after a gap everybody who follows gets the full state, and work goes on (F24)', async () => {
  const { line, runtime } = whole
  const { contactId } = await line.accept(leadOf(line.tenant, { source: 'quiet' }))
  const heard: ServerMessage[] = []
  const leave = await runtime.live.follow(line.tenant.actor, `contact:${contactId}`, (message) =>
    heard.push(message),
  )
  await line.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'fluxolab-listener'",
  )
  await line.enqueue(contactId ?? '', { type: 'in.the_gap' })
  await until('the gap is closed', () => {
    const message = heard.at(-1)
    return (
      message?.type === 'contact.stepped' && message.actor.journal.items[0]?.event === 'in.the_gap'
    )
  })
  leave()
  expect(heard.every(({ type }) => type === 'contact.stepped')).toBe(true)
})

test('F3: every connection cut at once, and the work goes on without a restart', async () => {
  const { line, runtime } = whole
  await line.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  let contactId = ''
  await until('a lead is accepted again', async () => {
    contactId = (await line.accept(leadOf(line.tenant)).catch(() => null))?.contactId ?? ''
    return contactId !== ''
  })
  await until('it was greeted', async () => (await stateOf(contactId)) === 'await_purchase', 20_000)
  expect((await runtime.health.ready()).status).toBe('ok')
})

test('a runtime that cannot reach its database says so and leaves nothing open', async () => {
  const runtime = createRuntime({
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    redisUrl: undefined,
    masterKey: MASTER_KEY,
    role: 'gateway',
    whatsapp: { graphUrl: whole.sandbox.url, version: 'v24.0' },
    egressAllow: [],
    leaseSeconds: 10,
    uncertainSeconds: 60,
    isAlone: false,
    logger: whole.line.logger,
  })
  await expect(runtime).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
})
