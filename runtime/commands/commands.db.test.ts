import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Runtime } from '../face.ts'
import { createOrm } from '../db/orm.ts'
import { createPool } from '../db/pool.ts'
import { createTenantFactsCache } from '../shard/tenant-facts.ts'
import { leadOf, messageOf, newPhone, statusOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../testing/outbox.ts'
import { createScriptConnector, type ScriptConnector } from '../testing/script-connector.ts'
import { PASSWORD, publish } from '../testing/tenant.ts'
import { WELCOME } from '../testing/workflows.ts'
import { createActors } from './actors/actors.ts'
import { createContacts } from './contacts/contacts.ts'
import { createSessions } from './sessions.ts'
import { createWorkflows } from './workflows/workflows.ts'

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
let provider: ScriptConnector
let commands: Pick<Runtime, 'workflows' | 'contacts' | 'actors' | 'sessions'>
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = line.createWorker()
  await worker.leases.renew()
  provider = createScriptConnector()
  outbox = createTestOutbox(line, worker, provider.registry)
  commands = {
    workflows: createWorkflows(line.orm),
    contacts: createContacts(line.orm),
    actors: createActors(line.orm, line.pool, createTenantFactsCache()),
    sessions: createSessions(line.pool),
  }
})
afterAll(() => line.close())

const draft = (id: string, text: string) => ({
  id,
  name: 'Rascunho',
  trigger: { type: 'lead.captured', filter: { source: ['nobody'] } },
  nodes: [{ id: 'say', type: 'whatsapp.send_text', text }],
})

/** A contact that was greeted and waits for its purchase. */
async function waiting(): Promise<string> {
  const { id, contactId } = await outbox.greet()
  await outbox.dispatch()
  await outbox.perform(id)
  await worker.drain()
  return contactId
}

test('the right password signs in; a wrong one and an unknown e-mail fail alike', async () => {
  const { email } = line.tenant
  const signedIn = await commands.sessions.signIn({
    email: ` ${email.toUpperCase()} `,
    password: PASSWORD,
  })
  expect(signedIn).toMatchObject({ user: { email, role: 'owner' }, tenant: { id: line.tenant.id } })
  const refusals = await Promise.allSettled([
    commands.sessions.signIn({ email, password: 'wrong' }),
    commands.sessions.signIn({ email: 'nobody@example.com', password: PASSWORD }),
    commands.sessions.signIn({ email: `${email}\u0000`, password: PASSWORD }),
  ])
  const errors = refusals.map(
    (refusal) => (refusal as PromiseRejectedResult).reason as Error & { code: string },
  )
  expect(new Set(errors.map(({ code, message }) => `${code} ${message}`)).size).toBe(1)
  expect(errors[0]?.code).toBe('AUTH_FAILED')
})

test('a session finds its person as of now, and nobody once the person is gone', async () => {
  const { tenantId, userId } = line.tenant.actor
  expect(await commands.sessions.find(tenantId, userId)).toMatchObject({ user: { id: userId } })
  expect(await commands.sessions.find('tnt_other', userId)).toBeNull()
  expect(await commands.sessions.find('', '')).toBeNull()
})

test('the draft is simulated with a payload; an unknown one is not found', async () => {
  const { actor } = line.tenant
  const { id } = await commands.workflows.save(actor, draft('wf_simulado', 'Oi {{name}}'))
  const result = await commands.workflows.test(actor, id, { payload: { name: 'Bia' } })
  expect(result.final).toMatchObject({ status: 'done', states: ['say'] })
  expect(result.transcript).toMatchObject([{ direction: 'out', text: 'Oi Bia' }])
  const unknown = commands.workflows.test(actor, 'wf_nobody', {})
  await expect(unknown).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})

test('a workflow is saved, published under growing numbers, and the same content is the same version', async () => {
  const { actor } = line.tenant
  const { workflows } = commands
  const id = 'wf_versions'
  expect(await workflows.save(actor, draft(id, 'um'))).toMatchObject({
    status: 'draft',
    version: null,
    diagnostics: expect.not.arrayContaining([expect.objectContaining({ severity: 'error' })]),
  })
  const first = await workflows.publish(actor, id)
  expect(first).toMatchObject({ number: 1, created: true })
  expect(await workflows.publish(actor, id)).toEqual({ ...first, created: false })
  expect(await workflows.save(actor, draft(id, 'dois'))).toMatchObject({
    changed: true,
    status: 'published',
  })
  expect(await workflows.publish(actor, id)).toMatchObject({ number: 2, created: true })
  await workflows.save(actor, draft(id, 'um'))
  expect(await workflows.publish(actor, id)).toEqual(first)
  expect(await workflows.get(actor, id)).toMatchObject({ changed: false, version: { number: 1 } })
})

test('people who save and publish the same workflow at the same moment do not trip over each other', async () => {
  const { actor } = line.tenant
  const { workflows } = commands
  const id = 'wf_together'
  await Promise.all(['a', 'b', 'c', 'd'].map((text) => workflows.save(actor, draft(id, text))))
  const published = await Promise.all([1, 2, 3, 4].map(() => workflows.publish(actor, id)))
  expect(new Set(published.map(({ versionId }) => versionId)).size).toBe(1)
  expect(published.filter(({ created }) => created)).toHaveLength(1)
})

test('a draft may have errors, but is not published with them, and each is named', async () => {
  const { actor } = line.tenant
  const broken = {
    ...draft('wf_broken', 'x'),
    nodes: [{ id: 'a', type: 'whatsapp.send_text', text: 'x', next: 'gone' }],
  }
  const saved = await commands.workflows.save(actor, broken)
  expect(saved.diagnostics.map(({ nodeId }) => nodeId)).toContain('a')
  const refusal = commands.workflows.publish(actor, 'wf_broken')
  await expect(refusal).rejects.toMatchObject({
    code: 'WORKFLOW_INVALID',
    details: { diagnostics: saved.diagnostics },
  })
  await expect(commands.workflows.save(actor, { id: 'no' })).rejects.toMatchObject({
    code: 'WORKFLOW_INVALID',
  })
})

test('a document that PostgreSQL cannot keep is the request that is wrong, not we', async () => {
  const save = commands.workflows.save(line.tenant.actor, draft('wf_nul', 'a \u0000 b'))
  await expect(save).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('the live counts are those of the runs, in every state, whatever happened', async () => {
  const contacts = [await waiting(), await waiting(), await waiting()]
  await line.enqueue(contacts[0] ?? '', { type: 'purchase.approved' })
  await worker.drain()
  await outbox.greetMany(2)
  const runs = await line.rows<{ state: string; n: number }>(
    'select state, count(*)::int as n from run_places where workflow_id = $1 group by 1',
    [WELCOME.id],
  )
  const live = await commands.workflows.live(line.tenant.actor, WELCOME.id)
  expect(live.states).toEqual(Object.fromEntries(runs.map(({ state, n }) => [state, n])))
  const page = await commands.workflows.list(line.tenant.actor, { limit: 50 })
  expect(page.items.find(({ id }) => id === WELCOME.id)?.active).toBe(
    runs.reduce((sum, { n }) => sum + n, 0),
  )
})

test('the contacts in a state come page by page, longest there first, each once', async () => {
  await outbox.greetMany(7)
  const { actor } = line.tenant
  const all = await commands.workflows.contactsIn(actor, WELCOME.id, { limit: 200, state: 'greet' })
  expect(all.items.map(({ since }) => since)).toEqual(
    all.items.map(({ since }) => since).toSorted(),
  )
  const paged = await pages((cursor) =>
    commands.workflows.contactsIn(actor, WELCOME.id, { limit: 2, state: 'greet', cursor }),
  )
  expect(paged).toEqual(all.items)
  expect(all.items.length).toBeGreaterThanOrEqual(7)
})

test('contacts that were made in one transaction come page by page, each once', async () => {
  const made = await Promise.all(
    Array.from({ length: 9 }, (_, n) =>
      line.accept(leadOf(line.tenant, { source: 'x', contact: { name: `Paged ${n}`, tags: [] } })),
    ),
  )
  const { actor } = line.tenant
  const paged = await pages((cursor) =>
    commands.contacts.list(actor, { limit: 2, q: 'paged', cursor }),
  )
  expect(paged.map(({ id }) => id).toSorted()).toEqual(
    made.map(({ contactId }) => contactId ?? '').toSorted(),
  )
})

async function pages<Item>(
  read: (cursor: string | undefined) => Promise<{ items: Item[]; nextCursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}

test('a contact is found by its number however it is written, by e-mail, and by a part of its name', async () => {
  const phone = newPhone()
  const email = `find-${phone.slice(1)}@example.com`
  const lead = leadOf(line.tenant, {
    source: 'x',
    address: { phone, email },
    contact: { name: '100% Zuleica_', tags: [] },
  })
  const { contactId } = await line.accept(lead)
  const { actor } = line.tenant
  const spaced = `${phone.slice(0, 3)} (${phone.slice(3, 5)}) ${phone.slice(5, 10)}-${phone.slice(10)}`
  const queries = [
    { phone },
    { phone: spaced },
    { email: email.toUpperCase() },
    { q: 'zulei' },
    { q: '100% z' },
    { q: phone.slice(5) },
  ]
  for (const query of queries) {
    const { items } = await commands.contacts.list(actor, { limit: 5, ...query })
    expect(
      items.map(({ id }) => id),
      JSON.stringify(query),
    ).toEqual([contactId])
  }
  expect((await commands.contacts.list(actor, { limit: 5, q: '1__%' })).items).toEqual([])
})

test('messages read as a person reads them, newest first, page by page', async () => {
  const phone = newPhone()
  const said = ['um', 'dois', 'três']
  let contactId = ''
  for (const text of said) {
    contactId =
      (await line.accept(messageOf(line.tenant, { address: { phone }, text }))).contactId ?? ''
  }
  const { actor } = line.tenant
  const paged = await pages((cursor) =>
    commands.contacts.messages(actor, contactId, { limit: 1, cursor }),
  )
  expect(paged.map(({ text }) => text).toSorted()).toEqual(said.toSorted())
  expect(paged[0]).toMatchObject({ direction: 'in', channel: 'whatsapp', status: 'received' })
})

test('an actor shows what it waits for, its timers, its context and what became of its effects', async () => {
  const contactId = await waiting()
  const view = await commands.actors.view(line.tenant.actor, contactId, { limit: 10 })
  const [run] = view.runs
  expect(run).toMatchObject({
    workflowName: 'Boas-vindas',
    versionNumber: 1,
    status: 'active',
    state: 'await_purchase',
  })
  expect(run?.waitingFor).toEqual([{ event: 'purchase.approved', timeout: run?.timers[0]?.dueAt }])
  expect(run?.timers).toMatchObject([{ event: 'timer.fired', nodeId: 'await_purchase' }])
  expect(view.journal.items.map(({ event }) => event)).toEqual(['effect.done', 'lead.captured'])
  const [effect] = view.journal.items[1]?.effects ?? []
  expect(effect).toMatchObject({
    kind: 'whatsapp.send_text',
    preview: 'Oi, Ana!',
    status: 'accepted',
    error: null,
  })
  await line.accept(statusOf(line.tenant, { status: 'read', effectId: effect?.id ?? '' }))
  const later = await commands.actors.view(line.tenant.actor, contactId, { limit: 10 })
  expect(later.journal.items.at(-1)?.effects[0]?.status).toBe('read')
  expect(later.mailbox).toEqual({ waiting: 1, parked: null })
})

test('effects that have not left, were refused, or were given up show it in the journal', async () => {
  const [pending] = await outbox.greetMany(1)
  const statusIn = async (contactId: string) =>
    (await commands.actors.view(line.tenant.actor, contactId, { limit: 10 })).journal.items.at(-1)
      ?.effects[0]
  expect(await statusIn(pending?.contactId ?? '')).toMatchObject({ status: 'pending' })
  provider.answers.push(() => ({
    type: 'failed',
    error: { code: 'WHATSAPP_131026', message: 'undeliverable' },
  }))
  await outbox.dispatch()
  await outbox.perform(pending?.id ?? '')
  expect(await statusIn(pending?.contactId ?? '')).toMatchObject({
    status: 'failed',
    error: { code: 'WHATSAPP_131026', message: 'undeliverable' },
  })
})

test('the journal comes page by page, newest first', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  const items = await pages(
    async (cursor) => (await commands.actors.view(actor, contactId, { limit: 1, cursor })).journal,
  )
  expect(items.map(({ seq }) => seq)).toEqual([2, 1])
})

test('skipping a wait moves the run by its timer, and who did it and why is written down', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  const { eventId } = await commands.actors.act(actor, contactId, {
    action: 'skip_wait',
    reason: 'test',
  })
  await worker.drain()
  const { runs } = await commands.actors.view(actor, contactId, { limit: 5 })
  expect(runs[0]?.state).toBe('remind')
  const audit = await line.rows(
    'select user_id, action, reason from audit_log where subject = $1',
    [contactId],
  )
  expect(audit).toEqual([{ user_id: actor.userId, action: 'skip_wait', reason: 'test' }])
  expect(eventId).toMatch(/^evt_/)
})

test('stopping ends the run with its timers; what is not possible is refused and leaves no trace', async () => {
  const contactId = await waiting()
  const { actor } = line.tenant
  const act = (action: 'stop' | 'skip_wait', runId?: string) =>
    commands.actors.act(actor, contactId, { action, reason: 'enough', runId })
  await expect(act('stop', 'run_other')).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
    field: 'runId',
  })
  await act('stop')
  await worker.drain()
  expect((await commands.actors.view(actor, contactId, { limit: 5 })).runs).toMatchObject([
    { status: 'stopped', timers: [] },
  ])
  await expect(act('skip_wait')).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
  expect(await line.rows('select action from audit_log where subject = $1', [contactId])).toEqual([
    { action: 'stop' },
  ])
})

test('skipping is refused while no timer runs', async () => {
  const { contactId } = await outbox.greet()
  const act = commands.actors.act(line.tenant.actor, contactId, {
    action: 'skip_wait',
    reason: 'hurry',
  })
  await expect(act).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
})

const cursorOf = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

test.each([
  ['no base64', '%%%'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['no list', cursorOf({})],
  ['too few parts', cursorOf([])],
  ['numbers', cursorOf([1, 2])],
  ['no instant', cursorOf(['yesterday-ish', 'x'])],
  ['no possible instant', cursorOf(['2026-13-45 00:00', 'x'])],
  ['NUL', cursorOf(['2026-01-01', 'x\u0000'])],
  ['SQL', cursorOf(["' or true --", 'x'])],
])('a cursor that we did not make is refused: %s', async (_, cursor) => {
  const { actor } = line.tenant
  const contactId = (await line.accept(leadOf(line.tenant, { source: 'x' }))).contactId ?? ''
  const query = { limit: 5, cursor }
  const reads = [
    () => commands.contacts.list(actor, query),
    () => commands.contacts.messages(actor, contactId, query),
    () => commands.actors.view(actor, contactId, query),
    () => commands.workflows.list(actor, query),
    () => commands.workflows.contactsIn(actor, WELCOME.id, query),
  ]
  for (const read of reads) await expect(read()).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
})

test('a database that does not answer is told as such by every command', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none'
  const [orm, pool] = [await createOrm(url), createPool(url, { max: 1, name: 'none' })]
  const unavailable = { code: 'DATABASE_UNAVAILABLE', retryAfter: 2 }
  const query = { limit: 5, q: randomUUID() }
  await expect(createContacts(orm).list(line.tenant.actor, query)).rejects.toMatchObject(
    unavailable,
  )
  const credentials = { email: 'a@b.c', password: 'x' }
  await expect(createSessions(pool).signIn(credentials)).rejects.toMatchObject(unavailable)
  await orm.close()
  await pool.end()
})
