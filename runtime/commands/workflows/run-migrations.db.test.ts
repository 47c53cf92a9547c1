import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { replay } from '#actors/replay.ts'
import type { JournalEntry } from '#actors/step.ts'
import type { Migration } from '#machines/contracts/versions.ts'
import { moveOn } from '../../migration/migration-loop.ts'
import { createTenantFactsCache, loadTenantFacts } from '../../shard/tenant-facts.ts'
import { leadOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTenant } from '../../testing/tenant.ts'
import { createRunMigrations } from './run-migrations.ts'
import { createVersions } from './versions.ts'
import { createWorkflows } from './workflows.ts'

let line: TestLine
let worker: TestWorker
let commands: ReturnType<typeof commandsOf>
const facts = createTenantFactsCache()
beforeAll(async () => {
  line = await createTestLine()
  worker = line.createWorker()
  await worker.leases.renew()
  commands = commandsOf(line)
})
afterAll(() => line.close())

const commandsOf = ({ orm, pool }: TestLine) => ({
  workflows: createWorkflows(orm),
  versions: createVersions(orm),
  migrations: createRunMigrations(orm, pool),
})

let count = 0
let id = ''
beforeEach(() => {
  count += 1
  id = `wf_move_${count}`
})

type Stay = 'early' | 'late'

/** Contacts wait in `early`, or in `late` when their lead says so. */
const document = (nodes: { early: string | null; late: string | null; text: string }) => ({
  id,
  name: 'Mudança',
  trigger: { type: 'lead.captured', filter: { source: [id] } },
  nodes: [
    {
      id: 'which',
      type: 'if',
      condition: { value: '$.payload.stay', op: 'equals', to: 'late' },
      then: nodes.late ?? 'say',
      else: nodes.early ?? 'say',
    },
    ...[nodes.early, nodes.late].flatMap((node) =>
      node === null
        ? []
        : [
            {
              id: node,
              type: 'wait.for.event',
              event: `x.${node}`,
              timeout: 'P1D',
              next: 'say',
              timeoutNext: null,
            },
          ],
    ),
    { id: 'say', type: 'whatsapp.send_text', text: nodes.text, onError: null },
  ],
})

const V1 = { early: 'early', late: 'late', text: 'v1' }
/** `early` has another name, `late` is gone. */
const V2 = { early: 'soon', late: null, text: 'v2' }

async function publish(nodes: typeof V1 | typeof V2, request = {}) {
  const { actor } = line.tenant
  await commands.workflows.save(actor, document(nodes))
  return commands.workflows.publish(actor, id, request)
}

/** Another worker, which knows nothing of what was published before. */
async function takeOver(): Promise<void> {
  facts.forget(line.tenant.id)
  await worker.leases.release()
  worker = line.createWorker()
  await worker.leases.renew()
}

/** A contact that waits. @returns its id */
async function arrive(stay: Stay): Promise<string> {
  const payload = { stay, phone_e164: newPhone() }
  const given = { source: id, payload, address: { phone: payload.phone_e164 } }
  return (await line.accept(leadOf(line.tenant, given))).contactId ?? ''
}

async function arriveAll(early: number, late: number): Promise<string[]> {
  const stays = [...Array<Stay>(early).fill('early'), ...Array<Stay>(late).fill('late')]
  const ids = await Promise.all(stays.map(arrive))
  await takeOver()
  await worker.drain()
  return ids
}

/** The loop and the worker take turns until the migration is at rest. */
async function settle(migrationId: string): Promise<Migration> {
  for (let turn = 0; turn < 50; turn += 1) {
    const migration = await commands.migrations.get(line.tenant.actor, id, migrationId)
    if (!['planning', 'running', 'undoing'].includes(migration.status)) return migration
    await moveOn({ pool: line.pool, facts })
    await worker.drain()
  }
  throw new Error('the migration does not come to rest')
}

const runsOf = (contactIds: string[]) =>
  line.rows<{ version: string; state: string; status: string }>(
    `select r.version_id as version, coalesce(p.state, r.state) as state, r.status from workflow_runs r
     left join run_places p on p.run_id = r.id
     where r.workflow_id = $1 and r.contact_id = any($2) order by array_position($2, r.contact_id)`,
    [id, contactIds],
  )

/** Live counters that are not what the runs say. */
const wrongCounts = () =>
  line.rows(
    `select * from (select version_id, state, sum(contacts)::int as n from state_counts
       where workflow_id = $1 and state not like '$%' group by 1, 2 having sum(contacts) <> 0) c
     full join (select r.version_id, unnest(p.states) as state, count(*)::int as n from run_places p
       join workflow_runs r on r.id = p.run_id where p.workflow_id = $1 and r.status = 'active' group by 1, 2) r using (version_id, state)
     where c.n is distinct from r.n`,
    [id],
  )

async function replayed(contactId: string) {
  const entries = await line.rows<{ entry: JournalEntry }>(
    'select entry from journal where contact_id = $1 order by seq',
    [contactId],
  )
  const ids = await line.rows<{ id: string }>('select id from workflow_versions')
  const { library } = await loadTenantFacts(
    line.pool,
    facts,
    line.tenant.id,
    ids.map((row) => row.id),
  )
  return replay(
    entries.map(({ entry }) => entry),
    library,
  )
}

const stored = async (contactId: string) =>
  (
    await line.rows<{ state: unknown }>('select state from actor_snapshots where contact_id = $1', [
      contactId,
    ])
  )[0]?.state

test('the dry run counts what the migration then does, writes nothing, and counters, timers and replay stay right', async () => {
  const { actor } = line.tenant
  const one = await publish(V1)
  const contacts = await arriveAll(3, 2)
  const two = await publish(V2)
  const before = await runsOf(contacts)
  const dry = await commands.migrations.dryRun(actor, id, {})
  expect(dry).toMatchObject({
    to: two.versionId,
    from: [{ versionId: one.versionId, number: 1, active: 5 }],
    total: 5,
    moved: 3,
    refused: [{ code: 'STATE_REMOVED', count: 2 }],
    partial: false,
  })
  expect(dry.cannotMove.map(({ state, code }) => [state, code])).toEqual([
    ['late', 'STATE_REMOVED'],
    ['late', 'STATE_REMOVED'],
  ])
  expect(dry.from[0]?.map).toContainEqual(
    expect.objectContaining({ from: 'early', to: 'soon', rule: 'renamed' }),
  )
  expect(await runsOf(contacts)).toEqual(before)

  const { id: migrationId } = await commands.migrations.start(actor, id, {
    reason: 'teste',
    stopAbove: 0.1,
  })
  const done = await settle(migrationId)
  expect(done).toMatchObject({
    status: 'done',
    counts: { total: 5, pending: 0, moved: dry.moved, refused: 2, gone: 0, undone: 0 },
    refused: [{ code: 'STATE_REMOVED', count: 2 }],
  })
  const [first = '', , , stuck = ''] = contacts
  expect(
    (await runsOf(contacts)).map(
      ({ version, state }) => `${version === two.versionId ? 2 : 1} ${state}`,
    ),
  ).toEqual(['2 soon', '2 soon', '2 soon', '1 late', '1 late'])
  expect(await wrongCounts()).toEqual([])
  expect(
    await line.rows('select node_id, timer_id from timers where contact_id = $1', [first]),
  ).toEqual([{ node_id: 'soon', timer_id: 'xstate.after.soon.soon' }])
  for (const contactId of [first, stuck])
    expect(await replayed(contactId)).toEqual(await stored(contactId))
  const refusedOnes = await commands.migrations.items(actor, id, {
    migrationId,
    status: 'refused',
    limit: 1,
  })
  expect(refusedOnes).toMatchObject({
    items: [{ code: 'STATE_REMOVED', message: { 'pt-BR': /late/ } }],
  })
  expect(refusedOnes.nextCursor).not.toBeNull()
  const audit = "select action from audit_log where subject = $1 and action like 'runs.%'"
  expect(await line.rows(audit, [id])).toEqual([{ action: 'runs.migrate' }])
})

test('what a migration moved comes back, except what has moved on since', async () => {
  const { actor } = line.tenant
  const one = await publish(V1)
  const contacts = await arriveAll(3, 0)
  const [first = '', second = ''] = contacts
  const { versionId, migrationId } = await publish(V2, { running: 'migrate' })
  await settle(migrationId ?? '')
  await line.enqueue(first, { type: 'x.soon' })
  await worker.drain()
  await commands.migrations.undo(actor, id, { migrationId: migrationId ?? '', reason: 'engano' })
  expect(await settle(migrationId ?? '')).toMatchObject({
    status: 'undone',
    counts: { moved: 1, undone: 2 },
  })
  expect((await runsOf(contacts)).map(({ version, state }) => [version, state])).toEqual([
    [versionId, 'say'],
    [one.versionId, 'early'],
    [one.versionId, 'early'],
  ])
  expect(await wrongCounts()).toEqual([])
  expect(await replayed(second)).toEqual(await stored(second))
  await expect(
    commands.migrations.undo(actor, id, { migrationId: migrationId ?? '', reason: 'de novo' }),
  ).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
  const kept = await commands.migrations.items(actor, id, {
    migrationId: migrationId ?? '',
    status: 'moved',
    limit: 10,
  })
  expect(kept.items).toMatchObject([{ contactId: first, code: 'RUN_MOVED_ON' }])
})

test('it stops by itself when more are refused than was foreseen, and the rest stays where it is', async () => {
  const { actor } = line.tenant
  await publish(V1)
  const contacts = await arriveAll(26, 0)
  await publish({ early: 'soon', late: 'late', text: 'v2' })
  const { id: migrationId } = await commands.migrations.start(actor, id, {
    reason: 'teste',
    stopAbove: 0.1,
  })
  await moveOn({ pool: line.pool, facts })
  // After it was looked at, everybody moves on to where there is no place.
  await line.pool.query('update run_migrations set map_json = $2 where id = $1', [
    migrationId,
    JSON.stringify(
      Object.fromEntries((await sources(migrationId)).map((version) => [version, { early: null }])),
    ),
  ])
  expect(await settle(migrationId)).toMatchObject({
    status: 'stopped',
    stopReason: 'too_many_refused',
    counts: { total: 26, refused: 20, pending: 6 },
  })
  expect((await runsOf(contacts)).every(({ state }) => state === 'early')).toBe(true)
})

const sources = async (migrationId: string): Promise<string[]> =>
  (
    await line.rows<{ from: string[] }>(
      'select from_versions as from from run_migrations where id = $1',
      [migrationId],
    )
  )[0]?.from ?? []

test('a batch whose commit fails settles nothing, and everything once when it comes again (I2)', async () => {
  const { actor } = line.tenant
  await publish(V1)
  const contacts = await arriveAll(2, 0)
  await publish(V2)
  const { id: migrationId } = await commands.migrations.start(actor, id, {
    reason: 'teste',
    stopAbove: 0.1,
  })
  await moveOn({ pool: line.pool, facts })
  await moveOn({ pool: line.pool, facts })
  // Sent once, however often a worker asks.
  await moveOn({ pool: line.pool, facts })
  const sent = await line.rows('select 1 from mailbox where contact_id = any($1)', [contacts])
  expect(sent).toHaveLength(2)
  await line.pool.query(
    'alter table run_migration_items add constraint broken check (run_before is null) not valid',
  )
  await worker.workOnce()
  expect(await commands.migrations.get(actor, id, migrationId)).toMatchObject({
    counts: { pending: 2 },
  })
  expect((await runsOf(contacts)).map(({ state }) => state)).toEqual(['early', 'early'])
  await line.pool.query('alter table run_migration_items drop constraint broken')
  await line.pool.query('update mailbox set retry_at = now() where contact_id = any($1)', [
    contacts,
  ])
  await worker.drain()
  expect(await settle(migrationId)).toMatchObject({ status: 'done', counts: { moved: 2 } })
})

test('publishing and going back can end the runs of other versions, and is written down', async () => {
  const { actor } = line.tenant
  const one = await publish(V1)
  const contacts = await arriveAll(2, 1)
  const two = await publish(V2, { running: 'end', reason: 'campanha acabou' })
  expect(await settle(two.migrationId ?? '')).toMatchObject({
    kind: 'end',
    to: null,
    counts: { moved: 3 },
  })
  expect(await runsOf(contacts)).toEqual(
    contacts.map((_, index) => ({
      version: one.versionId,
      state: index < 2 ? 'early' : 'late',
      status: 'stopped',
    })),
  )
  const back = await commands.versions.rollback(actor, id, {
    versionId: one.versionId,
    reason: 'voltar',
  })
  expect(back).toEqual({
    workflowId: id,
    versionId: one.versionId,
    number: 1,
    created: true,
    migrationId: null,
  })
  const { items } = await commands.versions.list(actor, id)
  expect(items.map(({ number, current, active }) => [number, current, active])).toEqual([
    [2, false, 0],
    [1, true, 0],
  ])
  const [contactId = ''] = await arriveAll(1, 0)
  expect(await runsOf([contactId])).toMatchObject([{ version: one.versionId }])
  const audit = 'select action, reason from audit_log where subject = $1 order by at'
  expect(await line.rows(audit, [id])).toEqual([
    { action: 'workflow.publish', reason: '' },
    { action: 'workflow.publish', reason: 'campanha acabou' },
    { action: 'runs.end', reason: 'campanha acabou' },
    { action: 'workflow.rollback', reason: 'voltar' },
  ])
})

test('one migration of a workflow at a time; one that is stopped leaves the rest, and none goes to what is not there', async () => {
  const { actor } = line.tenant
  const { migrations } = commands
  const one = await publish(V1)
  await arriveAll(1, 0)
  const nobody = migrations.start(actor, id, { reason: 'teste', stopAbove: 0.1 })
  await expect(nobody).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
  await publish(V2)
  const first = await migrations.start(actor, id, { reason: 'teste', stopAbove: 0.1 })
  const second = migrations.start(actor, id, { reason: 'teste', stopAbove: 0.1 })
  await expect(second).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
  const stopped = await migrations.stop(actor, id, { migrationId: first.id, reason: 'esperar' })
  expect(stopped).toMatchObject({ status: 'stopped', stopReason: 'by_person' })
  const unknown = migrations.start(actor, id, { to: 'ver_nobody', reason: 'teste', stopAbove: 0.1 })
  await expect(unknown).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
  // Before publishing, the draft can be looked at.
  await commands.workflows.save(actor, document({ early: 'other', late: 'late', text: 'v3' }))
  expect(await migrations.dryRun(actor, id, { to: 'draft', from: [one.versionId] })).toMatchObject({
    moved: 1,
  })
})

test('versions are compared with each other and with the draft', async () => {
  const { actor } = line.tenant
  const { versions, workflows } = commands
  const one = await publish(V1)
  await workflows.save(actor, document(V2))
  const { changes, stateMap } = await versions.diff(actor, id, { from: one.versionId, to: 'draft' })
  expect(changes.map(({ kind, nodeId }) => `${kind} ${nodeId}`)).toEqual(
    expect.arrayContaining(['removed late', 'renamed soon', 'changed say']),
  )
  expect(stateMap.find(({ from }) => from === 'late')).toMatchObject({ to: null })
  expect(await versions.get(actor, id, one.versionId)).toMatchObject({
    number: 1,
    definition: document(V1),
  })
})

test('I9: nobody sees, moves or takes back what is another company’s', async () => {
  const { actor: stranger } = await createTenant(line.pool)
  const { versions, migrations } = commands
  const one = await publish(V1)
  await arriveAll(1, 0)
  const { migrationId } = await publish(V2, { running: 'migrate' })
  const deed = { migrationId: migrationId ?? '', reason: 'x' }
  const attempts = await Promise.allSettled([
    versions.list(stranger, id),
    versions.get(stranger, id, one.versionId),
    versions.diff(stranger, id, { from: one.versionId, to: 'draft' }),
    versions.rollback(stranger, id, { versionId: one.versionId }),
    versions.whatIf(stranger, id, { days: 7, limit: 10 }),
    migrations.dryRun(stranger, id, { to: one.versionId }),
    migrations.start(stranger, id, { reason: 'x', stopAbove: 1 }),
    migrations.end(stranger, id, { reason: 'x' }),
    migrations.list(stranger, id),
    migrations.get(stranger, id, deed.migrationId),
    migrations.items(stranger, id, { ...deed, limit: 5 }),
    migrations.stop(stranger, id, deed),
    migrations.undo(stranger, id, deed),
  ])
  expect(
    attempts.map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : 'let through',
    ),
  ).toEqual(attempts.map(() => 'RESOURCE_NOT_FOUND'))
})
