import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { StateAct, StateActKind } from '#machines/contracts/state-acts.ts'
import type { StateActsFace } from '../../face/state-acts.ts'
import { createTenantFactsCache } from '../../shard/tenant-facts.ts'
import { actOn } from '../../state-acts/act-loop.ts'
import { leadOf, messageOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTenant, publish } from '../../testing/tenant.ts'
import { createActors } from '../actors/actors.ts'
import { createWorkflows } from '../workflows/workflows.ts'
import { createStateActs } from './state-acts.ts'

let line: TestLine
let worker: TestWorker
let acts: StateActsFace
const facts = createTenantFactsCache()
beforeAll(async () => {
  line = await createTestLine()
  acts = createStateActs(line.pool, facts)
})
afterAll(() => line.close())

let count = 0
let id = ''
beforeEach(async () => {
  await worker?.leases.release()
  count += 1
  id = `wf_acts_${count}`
  await publish(line.pool, line.tenant, document())
  facts.forget(line.tenant.id)
  worker = line.createWorker()
  await worker.leases.renew()
})

const document = () => ({
  id,
  name: 'Atos',
  trigger: { type: 'lead.captured', filter: { source: [id] } },
  nodes: [
    { id: 'wait', type: 'wait.for.event', event: 'x.go', timeout: 'P9D', next: 'later' },
    { id: 'later', type: 'wait.for.event', event: 'x.end', timeout: 'P9D', next: null },
    { id: 'side', type: 'wait.for.event', event: 'x.end', timeout: 'P9D', next: null },
  ],
})

async function arrive(many: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < many; index += 1) {
    const given = { source: id, address: { phone: newPhone() } }
    ids.push((await line.accept(leadOf(line.tenant, given))).contactId ?? '')
  }
  await worker.drain()
  return ids
}

async function start(act: StateActKind, filter = {}): Promise<string> {
  const request = { filter: { state: 'wait', ...filter }, act, reason: 'campanha' }
  return (await acts.start(line.tenant.actor, id, request)).id
}

const get = (actId: string): Promise<StateAct> => acts.get(line.tenant.actor, id, actId)

/** The loop and the worker take turns until the act is at rest. */
async function settle(actId: string): Promise<StateAct> {
  for (let turn = 0; turn < 40; turn += 1) {
    const act = await get(actId)
    if (act.finishedAt !== null) return act
    await actOn({ pool: line.pool, facts })
    await line.settleDown(worker)
  }
  throw new Error('the act does not come to rest')
}

const placesOf = async (contactIds: string[]): Promise<string[]> =>
  (
    await line.rows<{ place: string }>(
      `select coalesce(p.state, r.status) as place from workflow_runs r
       left join run_places p on p.tenant_id = r.tenant_id and p.run_id = r.id
       where r.workflow_id = $1 and r.contact_id = any($2) order by array_position($2, r.contact_id)`,
      [id, contactIds],
    )
  ).map(({ place }) => place)

test('the dry run counts what moving then does; who left the state meanwhile is not touched', async () => {
  const contacts = await arrive(4)
  const [taken = '', gone = ''] = contacts
  const actors = createActors(line.orm, line.pool, facts)
  await actors.act(line.tenant.actor, taken, { action: 'take', reason: 'ligou' })
  await worker.drain()
  const act = { kind: 'move', nodeId: 'side' } as const
  const question = { filter: { state: 'wait' }, act }
  expect(await acts.dryRun(line.tenant.actor, id, question)).toEqual({
    total: 4,
    would: 3,
    wouldNot: [{ code: 'agent_has_conversation', count: 1 }],
    partial: false,
  })
  expect(await placesOf(contacts)).toEqual(['wait', 'wait', 'wait', 'wait'])

  const actId = await start(act)
  await actOn({ pool: line.pool, facts })
  // Its own event comes first.
  await line.enqueue(gone, { type: 'x.go' })
  const done = await settle(actId)
  expect(await placesOf(contacts)).toEqual(['wait', 'later', 'side', 'side'])
  expect(done).toMatchObject({
    status: 'done',
    counts: { total: 4, pending: 0, done: 2, refused: 2 },
    undoable: true,
  })
  expect(done.refused.map(({ code }) => code).toSorted()).toEqual([
    'agent_has_conversation',
    'no_longer_there',
  ])
  const told = await line.rows<{ action: string; reason: string }>(
    'select action, reason from audit_log where subject = $1 order by id',
    [contacts[2]],
  )
  expect(told).toEqual([{ action: 'move', reason: 'campanha' }])
})

test('a message goes the normal way: refused where the platform does not let it out, else in the outbox once', async () => {
  const contacts = await arrive(3)
  const [off = '', silent = '', third = ''] = contacts
  const [row] = await line.rows<{ phone: string }>(
    'select phone_e164 as phone from contacts where id = $1',
    [off],
  )
  await line.accept(messageOf(line.tenant, { address: { phone: row?.phone ?? '' }, text: 'PARAR' }))
  await worker.drain()
  await line.rows("update contacts set phone_e164 = null, email = 'x@example.com' where id = $1", [
    silent,
  ])
  const command = { kind: 'whatsapp.send_text', text: 'Novidade!', previewUrl: false } as const
  const question = { filter: { state: 'wait' }, act: { kind: 'say', command } as const }
  expect(await acts.dryRun(line.tenant.actor, id, question)).toEqual({
    total: 3,
    would: 1,
    wouldNot: expect.arrayContaining([
      { code: 'POLICY_OPTED_OUT', count: 1 },
      { code: 'CONTACT_ADDRESS_MISSING', count: 1 },
    ]),
    partial: false,
  })
  const done = await settle(await start(question.act))
  expect(done.counts).toMatchObject({ done: 1, refused: 2 })
  const sent = await line.rows<{ id: string; text: string; state: string }>(
    `select o.id, o.command->>'text' as text, o.node_id as state from outbox o
     where o.contact_id = any($1) and o.node_id = '$operator'`,
    [contacts],
  )
  expect(sent).toEqual([
    { id: expect.stringMatching(/_said$/), text: 'Novidade!', state: '$operator' },
  ])
  expect(await placesOf([third])).toEqual(['wait'])
})

test('what the actor refuses when its turn comes is told, although the dry run did not foresee it', async () => {
  const [contact = ''] = await arrive(1)
  const command = { kind: 'whatsapp.send_text', text: 'Oi', previewUrl: false } as const
  const actId = await start({ kind: 'say', command })
  await actOn({ pool: line.pool, facts })
  const off = { channel: 'whatsapp', reason: 'link' }
  await line.enqueue(contact, { type: 'channel.opted_out', payload: off })
  const done = await settle(actId)
  expect(done.refused).toEqual([{ code: 'POLICY_OPTED_OUT', count: 1 }])
})

test('a tag is put on those without it and taken back from them alone', async () => {
  const contacts = await arrive(3)
  const [has = ''] = contacts
  await line.rows("update contacts set tags = array['vip'] where id = $1", [has])
  const actId = await start({ kind: 'tag', tag: 'vip' })
  const done = await settle(actId)
  expect(done).toMatchObject({ counts: { done: 2, refused: 1 }, undoable: true })
  expect(done.refused).toEqual([{ code: 'tag_there', count: 1 }])
  const tags = async () =>
    (
      await line.rows<{ n: number }>(
        "select count(*)::int as n from contacts where id = any($1) and 'vip' = any(tags)",
        [contacts],
      )
    )[0]?.n
  expect(await tags()).toBe(3)
  await acts.undo(line.tenant.actor, id, { actId, reason: 'engano' })
  const undone = await settle(actId)
  expect(undone).toMatchObject({ status: 'undone', counts: { undone: 2 }, undoable: false })
  expect(await tags()).toBe(1)
  const again = acts.undo(line.tenant.actor, id, { actId, reason: 'x' })
  await expect(again).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
})

test('a move is taken back for those who have not moved on, with the deadline that they had', async () => {
  const contacts = await arrive(3)
  const [, gone = ''] = contacts
  const dueOf = async () =>
    line.rows<{ due: string }>(
      `select due_at::text as due from timers where contact_id = any($1) and contact_id <> $2
       order by array_position($1, contact_id)`,
      [contacts, gone],
    )
  const before = await dueOf()
  expect(before).toHaveLength(2)
  const actId = await start({ kind: 'move', nodeId: 'side' })
  await settle(actId)
  expect(await placesOf(contacts)).toEqual(['side', 'side', 'side'])
  await line.enqueue(gone, { type: 'x.end' })
  await worker.drain()
  expect(await get(actId)).toMatchObject({ undoable: true })
  await acts.undo(line.tenant.actor, id, { actId, reason: 'engano' })
  const undone = await settle(actId)
  expect(undone).toMatchObject({ status: 'undone', counts: { undone: 2, done: 0, refused: 1 } })
  expect(undone.refused).toEqual([{ code: 'run_ended', count: 1 }])
  expect(await placesOf(contacts)).toEqual(['wait', 'done', 'wait'])
  expect(await dueOf()).toEqual(before)
  const told = await line.rows<{ action: string; reason: string }>(
    'select action, reason from audit_log where subject = $1 order by id',
    [contacts[2]],
  )
  expect(told).toEqual([
    { action: 'move', reason: 'campanha' },
    { action: 'undo', reason: 'engano' },
  ])
})

test('an act that is stopped leaves those as they are who were sent nothing yet', async () => {
  const contacts = await arrive(3)
  const actId = await start({ kind: 'stop' })
  await actOn({ pool: line.pool, facts })
  const stopped = await acts.stop(line.tenant.actor, id, { actId, reason: 'espera' })
  expect(stopped.refused).toEqual([{ code: 'cancelled', count: 3 }])
  expect(await settle(actId)).toMatchObject({ status: 'stopped', counts: { done: 0, refused: 3 } })
  expect(await placesOf(contacts)).toEqual(['wait', 'wait', 'wait'])
})

test('only those who wait longer, or have the tag, are meant; ended runs are over', async () => {
  const contacts = await arrive(3)
  const [old = '', tagged = ''] = contacts
  await line.rows(
    `update run_places p set since = clock_timestamp() - interval '2 hours' from workflow_runs r
     where r.tenant_id = p.tenant_id and r.id = p.run_id and r.contact_id = $1`,
    [old],
  )
  await line.rows("update contacts set tags = array['quente'] where id = $1", [tagged])
  const listed = async (narrowed: object) => {
    const query = { state: 'wait', limit: 10, ...narrowed }
    const { items } = await createWorkflows(line.orm).contactsIn(line.tenant.actor, id, query)
    return items.map((contact) => contact.id)
  }
  expect(await listed({ waiting: 3600 })).toEqual([old])
  expect(await listed({ tag: 'quente' })).toEqual([tagged])
  expect(await listed({ waiting: 3600, tag: 'quente' })).toEqual([])
  await settle(await start({ kind: 'stop' }, { waiting: 3600 }))
  expect(await placesOf(contacts)).toEqual(['stopped', 'wait', 'wait'])
  await settle(await start({ kind: 'stop' }, { tag: 'quente' }))
  expect(await placesOf(contacts)).toEqual(['stopped', 'stopped', 'wait'])
})

test('the list comes as CSV without formulas, and who asked for it is kept', async () => {
  const contacts = await arrive(2)
  await line.rows(`update contacts set name = '=cmd"x"' where id = $1`, [contacts[0]])
  const lines: string[] = []
  for await (const each of await acts.export(line.tenant.actor, id, { state: 'wait' })) {
    lines.push(each)
  }
  expect(lines).toHaveLength(3)
  expect(lines.join('')).toContain(`,"'=cmd""x""",+55`)
  const kept = await line.rows(
    "select 1 from audit_log where action = 'state.export' and subject = $1",
    [id],
  )
  expect(kept).toHaveLength(1)
})

test('I9: nothing of it is found by another tenant, and a role that may not is refused', async () => {
  await arrive(1)
  const actId = await start({ kind: 'stop' })
  const { actor } = await createTenant(line.pool)
  const foreign = { code: 'RESOURCE_NOT_FOUND' }
  await expect(acts.get(actor, id, actId)).rejects.toMatchObject(foreign)
  await expect(acts.stop(actor, id, { actId, reason: 'x' })).rejects.toMatchObject(foreign)
  const question = { filter: { state: 'wait' }, act: { kind: 'stop' } as const }
  await expect(acts.dryRun(actor, id, question)).rejects.toMatchObject(foreign)
  const agent = { ...line.tenant.actor, role: 'agent' as const }
  const refused = acts.start(agent, id, { ...question, reason: 'x' })
  await expect(refused).rejects.toMatchObject({ code: 'AUTH_FORBIDDEN' })
  await settle(actId)
})
