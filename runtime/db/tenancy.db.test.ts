import { afterAll, beforeAll, expect, test } from 'vitest'
import { createActors } from '../commands/actors/actors.ts'
import { createContacts } from '../commands/contacts/contacts.ts'
import { createWorkflows } from '../commands/workflows/workflows.ts'
import type { FluxoError } from '#machines/contracts/errors.ts'
import type { Actor } from '../face.ts'
import { createTenantFactsCache } from '../shard/tenant-facts.ts'
import { leadOf, messageOf, newPhone } from '../testing/arrivals.ts'
import { createTestLine, type TestLine } from '../testing/line.ts'
import { createTenant, publish } from '../testing/tenant.ts'
import { WELCOME } from '../testing/workflows.ts'
import { Contact } from './entities/contact.ts'
import { inTenant, type Orm } from './orm.ts'

let line: TestLine
let stranger: Actor
let contactId: string
beforeAll(async () => {
  line = await createTestLine()
  stranger = (await createTenant(line.pool)).actor
  await publish(line.pool, line.tenant, WELCOME)
  const worker = line.createWorker()
  await worker.leases.renew()
  const phone = newPhone()
  contactId = (await line.accept(leadOf(line.tenant, { address: { phone } }))).contactId ?? ''
  await line.accept(messageOf(line.tenant, { address: { phone } }))
  await worker.drain()
  await line.accept(messageOf(line.tenant, { address: { phone } }))
})
afterAll(() => line.close())

const TENANT_TABLES = `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and a.attname = 'tenant_id' order by 1`

const tables = async (): Promise<string[]> =>
  (await line.rows<{ name: string }>(TENANT_TABLES)).map(({ name }) => name)

test('I9: every table with a tenant_id has row level security with a policy of that tenant, both ways', async () => {
  expect((await tables()).length).toBeGreaterThanOrEqual(22)
  const open = await line.rows(
    `select t.name from (${TENANT_TABLES}) t join pg_class c on c.relname = t.name
     left join pg_policies p on p.tablename = t.name and p.cmd = 'ALL'
     where not c.relrowsecurity or p.qual is null or p.qual not like '%tenant_id = current_setting(%'
       or p.with_check is distinct from p.qual`,
  )
  expect(open).toEqual([])
})

test('I9: the role of a tenant may neither pass by the policies nor reach what has no tenant', async () => {
  const [role] = await line.rows(
    "select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'fluxo_tenant'",
  )
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcanlogin: false })
  const reachable = await line.rows<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace
     and c.relkind in ('r', 'p') and has_table_privilege('fluxo_tenant', c.oid, 'select')
     and c.relname not in (select name from (${TENANT_TABLES}) t)`,
  )
  expect(reachable).toEqual([{ name: 'tenants' }])
})

test('I9: by raw SQL a tenant sees its own rows only, in every table (row level security alone)', async () => {
  const seen = new Map<string, number>()
  for (const table of await tables()) {
    const read = (tenantId: string): Promise<{ tenant_id: string }[]> =>
      inTenant(line.orm, tenantId, (records) => records.execute(`select tenant_id from ${table}`))
    for (const row of await read(stranger.tenantId)) expect(row.tenant_id).toBe(stranger.tenantId)
    seen.set(table, (await read(line.tenant.id)).length)
  }
  for (const table of [
    'contacts',
    'mailbox',
    'journal',
    'outbox',
    'messages',
    'events',
    'leads',
    'accepted_keys',
  ]) {
    expect(seen.get(table), table).toBeGreaterThan(0)
  }
  const tenants = await inTenant(line.orm, stranger.tenantId, (records) =>
    records.execute('select id from tenants'),
  )
  expect(tenants).toEqual([{ id: stranger.tenantId }])
})

test('I9: by raw SQL a tenant writes for nobody else', async () => {
  const write = inTenant(line.orm, stranger.tenantId, (records) =>
    records.execute("insert into contacts (tenant_id, id, shard) values (?, 'cnt_smuggled', 0)", [
      line.tenant.id,
    ]),
  )
  await expect(write).rejects.toThrow(/row-level security/)
  const changed = await inTenant(line.orm, stranger.tenantId, (records) =>
    records.execute("update contacts set name = 'taken' where id = ? returning id", [contactId]),
  )
  expect(changed).toEqual([])
  for (const statement of [
    'delete from audit_log',
    'delete from journal',
    "update events set type = 'other.type'",
  ]) {
    const rewrite = inTenant(line.orm, line.tenant.id, (records) => records.execute(statement))
    await expect(rewrite).rejects.toThrow(/permission denied/)
  }
})

test('I9: with row level security out of the way the filter of the ORM is enough', async () => {
  const find = (tenantId: string) =>
    line.orm.em.fork().transactional(async (records) => {
      records.setFilterParams('tenant', { tenantId })
      return records.find(Contact, { id: contactId })
    })
  expect(await find(line.tenant.id)).toHaveLength(1)
  expect(await find(stranger.tenantId)).toEqual([])
  // Nobody may forget to say which tenant: without one there is no answer at all.
  await expect(line.orm.em.fork().find(Contact, { id: contactId })).rejects.toThrow(/tenant/)
})

test('I9: an empty tenant is refused', async () => {
  await expect(inTenant(line.orm, '', () => Promise.resolve(1))).rejects.toThrow(/needs a tenant/)
})

/** What a stranger gets to see; codes for what is refused. */
async function askAsStranger(orm: Orm) {
  const [contacts, workflows] = [createContacts(orm), createWorkflows(orm)]
  const actors = createActors(orm, line.pool, createTenantFactsCache())
  const page = { limit: 50 }
  const skip = { action: 'skip_wait', reason: 'curious' } as const
  const foreign = [
    () => contacts.get(stranger, contactId),
    () => contacts.messages(stranger, contactId, page),
    () => actors.view(stranger, contactId, page),
    () => actors.act(stranger, contactId, skip),
    () => workflows.get(stranger, WELCOME.id),
    () => workflows.live(stranger, WELCOME.id),
    () => workflows.publish(stranger, WELCOME.id),
    () => workflows.contactsIn(stranger, WELCOME.id, page),
  ]
  const refusals = await Promise.all(
    foreign.map((ask) => ask().then(String, (error: unknown) => (error as FluxoError).code)),
  )
  const contactList = (await contacts.list(stranger, page)).items
  const workflowList = (await workflows.list(stranger, page)).items
  const own = (await actors.view(line.tenant.actor, contactId, page)).journal.items.length
  return { refusals: [...new Set(refusals)], contactList, workflowList, own }
}

const NOTHING = { refusals: ['RESOURCE_NOT_FOUND'], contactList: [], workflowList: [], own: 2 }

test('I9: the commands answer RESOURCE_NOT_FOUND for what is of another tenant, as for what is not', async () => {
  expect(await askAsStranger(line.orm)).toEqual(NOTHING)
})

test('I9: and so they do with row level security switched off', async () => {
  const all = [...(await tables()), 'tenants']
  await line.pool.query(
    all.map((table) => `alter table ${table} disable row level security;`).join(''),
  )
  try {
    expect(await askAsStranger(line.orm)).toEqual(NOTHING)
  } finally {
    await line.pool.query(
      all.map((table) => `alter table ${table} enable row level security;`).join(''),
    )
  }
})
