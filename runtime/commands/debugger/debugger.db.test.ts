import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DebuggerFace } from '../../face/debugger.ts'
import { createTenantFactsCache } from '../../shard/tenant-facts.ts'
import { leadOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTenant, publish } from '../../testing/tenant.ts'
import { createActors } from '../actors/actors.ts'
import { createDebugger } from './debugger.ts'

const DOCUMENT = {
  id: 'wf_debug',
  name: 'Depurar',
  trigger: { type: 'lead.captured', filter: { source: ['debug'] } },
  nodes: [
    { id: 'keep', type: 'set.variable', set: { said: '$.payload.said' } },
    { id: 'wait', type: 'wait.for.event', event: 'x.go', timeout: 'P9D', next: 'count' },
    { id: 'count', type: 'set.variable', set: { went: true }, next: 'wait_more' },
    { id: 'wait_more', type: 'wait.for.event', event: 'x.more', timeout: 'P9D', next: 'wait_more' },
  ],
}

let line: TestLine
let worker: TestWorker
let desk: DebuggerFace
let contactId: string
const facts = createTenantFactsCache()
const actors = () => createActors(line.orm, line.pool, facts)
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, DOCUMENT)
  worker = line.createWorker()
  await worker.leases.renew()
  desk = createDebugger(line.orm, line.pool, facts)
  const payload = { said: 'oi' }
  const given = { source: 'debug', payload, address: { phone: newPhone() } }
  contactId = (await line.accept(leadOf(line.tenant, given))).contactId ?? ''
  await worker.drain()
})
afterAll(() => line.close())

async function act(action: Parameters<ReturnType<typeof actors>['act']>[2]): Promise<void> {
  await actors().act(line.tenant.actor, contactId, action)
  await worker.drain()
}

const runId = async (): Promise<string> => {
  const { runs } = await actors().view(line.tenant.actor, contactId, { limit: 1 })
  return runs.find(({ status }) => status === 'active')?.id ?? ''
}
const step = (seq: number) => desk.step(line.tenant.actor, contactId, seq)
const contextOf = async (seq: number) => (await step(seq)).after?.runs[0]?.context['vars']

test('a Step shows the state before and after it; a variable that is set moves nothing', async () => {
  await act({
    action: 'set_variable',
    runId: await runId(),
    name: 'cupom',
    value: { codigo: 'X', itens: [1, 2] },
    reason: 'pediu',
  })
  await act({ action: 'send_event', event: 'x.go', payload: {}, reason: 'teste' })
  const set = await step(2)
  expect(set.step).toMatchObject({ event: 'operator.acted', note: null })
  expect(set.before?.runs[0]).toMatchObject({ state: 'wait', context: { vars: { said: 'oi' } } })
  expect(set.after?.runs[0]).toMatchObject({
    state: 'wait',
    context: { vars: { said: 'oi', cupom: { codigo: 'X', itens: [1, 2] } } },
  })
  expect(set.after?.runs[0]?.timers).toEqual(set.before?.runs[0]?.timers)
  const went = await step(3)
  expect(went.step.event).toBe('x.go')
  expect(went.after?.runs[0]).toMatchObject({
    state: 'wait_more',
    waitingFor: [{ event: 'x.more' }],
  })
  expect((await step(1)).before).toBeNull()
  await expect(step(99)).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})

test('after hundreds of Steps any of them is found again, in whatever order they are asked for', async () => {
  for (let index = 0; index < 450; index += 1) {
    await line.enqueue(contactId, { type: 'x.more', payload: { index } })
  }
  await worker.drain()
  const { seq } = await actors().view(line.tenant.actor, contactId, { limit: 1 })
  expect(seq).toBeGreaterThan(450)
  const [snapshot] = await line.rows<{
    state: { runs: { snapshot: { context: { vars: object } } }[] }
  }>('select state from actor_snapshots where contact_id = $1', [contactId])
  expect(await contextOf(seq)).toEqual(snapshot?.state.runs[0]?.snapshot.context.vars)
  expect(await contextOf(2)).toEqual({ said: 'oi', cupom: { codigo: 'X', itens: [1, 2] } })
  const direct = createDebugger(line.orm, line.pool, facts)
  expect(await direct.step(line.tenant.actor, contactId, 301)).toEqual(await step(301))
  const { items, more } = await desk.steps(line.tenant.actor, contactId, {
    before: 301,
    limit: 200,
  })
  expect([items[0]?.seq, items.at(-1)?.seq, more]).toEqual([300, 101, true])
})

test('a restart begins the same version again with what it began with', async () => {
  const before = await runId()
  await act({ action: 'restart', runId: before, reason: 'de novo' })
  const after = await runId()
  expect(after).not.toBe(before)
  const { seq, runs } = await actors().view(line.tenant.actor, contactId, { limit: 1 })
  expect(runs.find(({ id }) => id === before)).toMatchObject({ status: 'stopped' })
  const told = await step(seq)
  expect(told.after?.runs).toContainEqual(
    expect.objectContaining({ id: before, status: 'stopped' }),
  )
  expect(told.after?.runs).toContainEqual(
    expect.objectContaining({
      id: after,
      state: 'wait',
      context: expect.objectContaining({ vars: { said: 'oi' } }),
    }),
  )
})

test('what people did is listed with who and why', async () => {
  const { items } = await desk.audit(line.tenant.actor, contactId, { limit: 50 })
  expect(items.map(({ action, reason, by }) => [action, reason, by.name])).toEqual([
    ['restart', 'de novo', 'Bia'],
    ['send_event', 'teste', 'Bia'],
    ['set_variable', 'pediu', 'Bia'],
  ])
  const first = await desk.audit(line.tenant.actor, contactId, { limit: 1 })
  const next = await desk.audit(line.tenant.actor, contactId, {
    limit: 1,
    cursor: first.nextCursor ?? '',
  })
  expect(next.items.map(({ action }) => action)).toEqual(['send_event'])
})

test('a run told again on the draft shows where it would have gone otherwise', async () => {
  const given = { source: 'debug', payload: { said: 'x' }, address: { phone: newPhone() } }
  const other = (await line.accept(leadOf(line.tenant, given))).contactId ?? ''
  await worker.drain()
  await line.enqueue(other, { type: 'x.go' })
  await worker.drain()
  const { runs } = await actors().view(line.tenant.actor, other, { limit: 1 })
  const request = { runId: runs[0]?.id ?? '', on: 'draft' }
  const same = await desk.retell(line.tenant.actor, other, request)
  expect(same).toMatchObject({ differsAt: null, fork: null, then: { states: ['wait_more'] } })
  const draft = {
    ...DOCUMENT,
    nodes: DOCUMENT.nodes.map((node) =>
      node.id === 'wait' ? { ...node, next: 'wait_more' } : node,
    ),
  }
  await line.rows('update workflows set definition_json = $2 where id = $1', [
    'wf_debug',
    JSON.stringify(draft),
  ])
  const forked = await desk.retell(line.tenant.actor, other, request)
  expect(forked.differsAt).toBe(1)
  expect(forked.fork).toEqual({ at: 'wait', then: 'count', now: 'wait_more' })
  expect(forked.now?.states).toEqual(['wait_more'])
  const foreign = desk.retell(line.tenant.actor, contactId, request)
  await expect(foreign).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})

test('an event that only the platform may tell of, a run that is over, and a role that may not are refused', async () => {
  const refusals = [
    [
      { action: 'set_variable', runId: 'run_none', name: 'x', value: 1, reason: 'x' },
      'ACTION_NOT_POSSIBLE',
    ],
    [{ action: 'restart', runId: 'run_none', reason: 'x' }, 'ACTION_NOT_POSSIBLE'],
  ] as const
  for (const [action, code] of refusals) {
    const refused = actors().act(line.tenant.actor, contactId, action)
    await expect(refused, action.action).rejects.toMatchObject({ code })
  }
  const agent = { ...line.tenant.actor, role: 'agent' as const }
  const action = { action: 'send_event', event: 'x.go', payload: {}, reason: 'x' } as const
  await expect(actors().act(agent, contactId, action)).rejects.toMatchObject({
    code: 'AUTH_FORBIDDEN',
  })
})

test('I9: nothing of a contact is found by another tenant', async () => {
  const { actor } = await createTenant(line.pool)
  const foreign = { code: 'RESOURCE_NOT_FOUND' }
  await expect(desk.step(actor, contactId, 1)).rejects.toMatchObject(foreign)
  await expect(desk.steps(actor, contactId, { limit: 1 })).rejects.toMatchObject(foreign)
  await expect(desk.audit(actor, contactId, { limit: 1 })).rejects.toMatchObject(foreign)
})
