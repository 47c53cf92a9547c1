import { afterAll, beforeAll, expect, test } from 'vitest'
import { replay } from '#actors/replay.ts'
import type { JournalEntry } from '#actors/step.ts'
import { inTransaction } from '../../db/pool.ts'
import { claimEffects } from '../../outbox/executor/claim-effects.ts'
import { settleEffects } from '../../outbox/settle/settle.ts'
import { createTenantFactsCache, loadTenantFacts } from '../../shard/tenant-facts.ts'
import { eventOf, leadOf, messageOf, newPhone } from '../../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTenant, publish } from '../../testing/tenant.ts'
import { createActors } from '../actors/actors.ts'
import { createAttribution } from './attribution.ts'
import { createContactMerges } from './contact-merges.ts'
import { createContacts } from './contacts.ts'

let line: TestLine
let worker: TestWorker
let contacts: ReturnType<typeof createContacts>
let actors: ReturnType<typeof createActors>
let merges: ReturnType<typeof createContactMerges>
const facts = createTenantFactsCache()
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, CARE)
  worker = line.createWorker()
  await worker.leases.renew()
  contacts = createContacts(line.orm)
  actors = createActors(line.orm, line.pool, facts)
  merges = createContactMerges(line.pool, facts)
})
afterAll(() => line.close())

/** A lead is tagged and greeted, and then its purchase is waited for. */
const CARE = {
  id: 'wf_care',
  name: 'Cuidado',
  trigger: { type: 'lead.captured', filter: { source: ['care'] }, reentry: 'always' },
  nodes: [
    { id: 'tag', type: 'tag.add', tags: ['cuidado'] },
    { id: 'greet', type: 'email.send_template', template: 'oi', onError: 'w' },
    { id: 'w', type: 'wait.for.event', event: 'purchase.approved', timeout: 'P2D' },
  ],
}

const page = { limit: 50 }
const reason = 'mesma pessoa'

interface Made {
  id: string
  phone: string
  email: string
}

/** A contact with a phone or an e-mail of its own, in a run of the workflow where it is asked for. */
async function make(address: 'phone' | 'email' | 'both', source = 'care'): Promise<Made> {
  const phone = newPhone()
  const email = `p${phone.slice(1)}@example.com`
  const given = { ...(address !== 'email' && { phone }), ...(address !== 'phone' && { email }) }
  const { contactId } = await line.accept(leadOf(line.tenant, { address: given, source }))
  return { id: contactId ?? '', phone, email }
}

const merge = (target: Made, source: Made) =>
  merges.merge(line.tenant.actor, target.id, { sourceId: source.id, reason })
const view = (id: string) => actors.view(line.tenant.actor, id, page)
const mergeOf = async (id: string) => (await merges.list(line.tenant.actor, id)).items[0]
const rowOf = async (id: string) =>
  (
    await line.rows<Record<string, unknown>>(
      'select phone_e164 as phone, email, tags, consents_json as consents, merged_into from contacts where id = $1',
      [id],
    )
  )[0]

async function expectReplayed(id: string): Promise<void> {
  const rows = await line.rows<{ entry: JournalEntry }>(
    'select entry from journal where contact_id = $1 order by seq',
    [id],
  )
  const [snapshot] = await line.rows<{ state: { runs: { versionId: string }[] } }>(
    'select state from actor_snapshots where contact_id = $1',
    [id],
  )
  const versionIds = rows.flatMap(({ entry }) => entry.runs.map(({ versionId }) => versionId))
  const { library } = await loadTenantFacts(line.pool, facts, line.tenant.id, versionIds)
  const again = replay(
    rows.map(({ entry }) => entry),
    library,
  )
  expect(JSON.parse(JSON.stringify(again))).toEqual(snapshot?.state)
}

test('I2 I3: two contacts go on as one, whoever is spoken to, and what came meanwhile waits for its turn', async () => {
  const lead = await make('email')
  const chat = await make('phone')
  await line.settleDown(worker)
  const preview = await merges.preview(line.tenant.actor, lead.id, { sourceId: chat.id })
  expect(preview).toMatchObject({
    refused: null,
    after: { phone: chat.phone, email: lead.email },
    runs: [
      { of: 'target', fate: 'stays', workflowName: 'Cuidado' },
      { of: 'source', fate: 'moves', why: null },
    ],
  })
  await merge(lead, chat)
  // By the address of the one, in the mailbox of the other, before anybody has handed anything over.
  const said = await line.accept(messageOf(line.tenant, { address: { phone: chat.phone } }))
  expect(said.contactId).toBe(lead.id)
  await line.settleDown(worker)
  expect(await mergeOf(lead.id)).toMatchObject({ status: 'merged', sourceId: chat.id, reason })
  const types = await line.rows<{ type: string }>(
    `select event_type as type from journal where contact_id = $1 order by seq desc limit 2`,
    [lead.id],
  )
  expect(types.map(({ type }) => type)).toEqual(['message.received', 'contact.absorbed'])
  const whole = await view(chat.id)
  expect(whole.contact).toMatchObject({ id: lead.id, phone: chat.phone, email: lead.email })
  expect(whole.runs.filter(({ status }) => status === 'active')).toHaveLength(2)
  expect(whole.journal.items.filter(({ event }) => event === 'lead.captured')).toHaveLength(2)
  expect(new Set(whole.journal.items.map(({ seq }) => seq)).size).toBe(whole.journal.items.length)
  const listed = await contacts.list(line.tenant.actor, { ...page, phone: chat.phone })
  expect(listed.items.map(({ id }) => id)).toEqual([lead.id])
  await expectReplayed(lead.id)
  await expectReplayed(chat.id)
})

test('I2 I4: what was under way for the one that is gone ends at the other: a tag on its row, a result in its run', async () => {
  const target = await make('email', 'other')
  const source = await make('phone')
  await worker.drain()
  // The tag of the source's run waits to be put on while the contacts become one.
  await merge(target, source)
  await line.settleDown(worker)
  expect(await rowOf(target.id)).toMatchObject({ tags: ['cuidado'], phone: source.phone })
  expect((await rowOf(source.id))?.['tags']).toEqual([])
  const [send] = await line.rows<{ id: string; contact_id: string }>(
    "select id, contact_id from outbox where tenant_id = $1 and kind = 'email.send_template' and contact_id = any($2)",
    [line.tenant.id, [target.id, source.id]],
  )
  expect(send?.contact_id).toBe(target.id)
  const { runs, journal } = await view(target.id)
  expect(runs.map(({ state }) => state)).toEqual(['greet'])
  expect(journal.items.filter(({ event }) => event === 'effect.done')).toHaveLength(1)
  await expectReplayed(target.id)
  await expectReplayed(source.id)
})

test('I2 I7: the way back returns the runs with their timers and the addresses, also what is answered late', async () => {
  const target = await make('email', 'other')
  const source = await make('both')
  await line.settleDown(worker)
  const { mergeId } = await merge(target, source)
  await line.settleDown(worker)
  const [send] = await line.rows<{ id: string }>(
    "select id from outbox where kind = 'email.send_template' and contact_id = $1",
    [source.id],
  )
  expect(await rowOf(target.id)).toMatchObject({ phone: source.phone, email: target.email })
  expect(await rowOf(source.id)).toMatchObject({ phone: null, email: source.email })
  await merges.undo(line.tenant.actor, mergeId, { reason: 'duas pessoas' })
  // Both ways are still to be gone when the result comes for the one that had asked.
  await inTransaction(line.pool, (db) =>
    settleEffects(db, [
      {
        tenantId: line.tenant.id,
        effectId: send?.id ?? '',
        claimToken: null,
        result: { type: 'done', providerMessageId: null, output: null },
      },
    ]),
  )
  await line.settleDown(worker)
  expect(await mergeOf(source.id)).toMatchObject({ status: 'undone' })
  expect(await rowOf(source.id)).toMatchObject({ phone: source.phone, merged_into: null })
  expect(await rowOf(target.id)).toMatchObject({ phone: null, email: target.email, tags: [] })
  expect((await view(target.id)).runs).toEqual([])
  const back = await view(source.id)
  expect(back.runs).toMatchObject([{ state: 'w', timers: [{ nodeId: 'w' }] }])
  const timers = await line.rows('select contact_id from timers where run_id = $1', [
    back.runs[0]?.id,
  ])
  expect(timers).toEqual([{ contact_id: source.id }])
  const owner = await line.rows('select contact_id from workflow_runs where id = $1', [
    back.runs[0]?.id,
  ])
  expect(owner).toEqual([{ contact_id: source.id }])
  const said = await line.accept(messageOf(line.tenant, { address: { phone: source.phone } }))
  expect(said.contactId).toBe(source.id)
  await line.settleDown(worker)
  await expectReplayed(source.id)
  await expectReplayed(target.id)
})

test('what is about to leave for the one that is gone leaves for its address, if the person still wants it', async () => {
  const target = await make('email', 'other')
  const source = await make('phone')
  await line.settleDown(worker)
  const [send] = await line.rows<{ id: string }>('select id from outbox where contact_id = $1', [
    source.id,
  ])
  await merge(target, source)
  await line.accept(messageOf(line.tenant, { address: { phone: source.phone }, text: 'parar' }))
  await line.settleDown(worker)
  const effectId = send?.id ?? ''
  const { claimed } = await claimEffects(line.pool, [{ tenantId: line.tenant.id, effectId }], 'tok')
  expect(claimed).toMatchObject([
    {
      contactId: source.id,
      phone: source.phone,
      standing: { optOuts: { whatsapp: expect.any(String) } },
    },
  ])
})

test('a no to being written to wins over a yes, in the row and in the ledger', async () => {
  const target = await make('email', 'other')
  const source = await make('phone', 'other')
  const consent = (address: object, type: string) =>
    line.accept(
      eventOf(line.tenant, { address, eventType: type, payload: { purpose: 'marketing' } }),
    )
  await consent({ email: target.email }, 'consent.granted')
  await consent({ phone: source.phone }, 'consent.revoked')
  await line.settleDown(worker)
  const { mergeId } = await merge(target, source)
  await line.settleDown(worker)
  expect((await rowOf(target.id))?.['consents']).toEqual({ marketing: false })
  const ledger = await line.rows(
    "select status, source from consents where contact_id = $1 and source = 'merge'",
    [target.id],
  )
  expect(ledger).toEqual([{ status: 'revoked', source: 'merge' }])
  await merges.undo(line.tenant.actor, mergeId, { reason })
  await line.settleDown(worker)
  expect((await rowOf(target.id))?.['consents']).toEqual({ marketing: false })
})

test('a person of two numbers is written to at the one that wrote last, and the way back parts them again', async () => {
  const target = await make('phone', 'other')
  const source = await make('phone', 'other')
  await line.settleDown(worker)
  const { mergeId } = await merge(target, source)
  await line.settleDown(worker)
  await line.accept(messageOf(line.tenant, { address: { phone: source.phone } }))
  expect(await rowOf(target.id)).toMatchObject({ phone: source.phone })
  expect(await rowOf(source.id)).toMatchObject({ phone: target.phone, merged_into: target.id })
  const said = await line.accept(messageOf(line.tenant, { address: { phone: target.phone } }))
  expect(said.contactId).toBe(target.id)
  await line.accept(messageOf(line.tenant, { address: { phone: source.phone } }))
  await line.settleDown(worker)
  await merges.undo(line.tenant.actor, mergeId, { reason })
  expect((await rowOf(target.id))?.['phone']).toBe(target.phone)
  expect((await rowOf(source.id))?.['phone']).toBe(source.phone)
  await line.settleDown(worker)
})

test('a merge into somebody who becomes a third is the third’s, and is undone from the last on', async () => {
  const [first, second, third] = [await make('phone'), await make('email'), await make('both')]
  await line.settleDown(worker)
  const one = await merge(second, first)
  await line.settleDown(worker)
  const two = await merge(third, second)
  await line.settleDown(worker)
  expect((await view(first.id)).runs.filter(({ status }) => status === 'active')).toHaveLength(3)
  const known = await line.accept(messageOf(line.tenant, { address: { phone: first.phone } }))
  expect(known.contactId).toBe(third.id)
  await line.settleDown(worker)
  const undoFirst = merges.undo(line.tenant.actor, one.mergeId, { reason })
  await expect(undoFirst).rejects.toMatchObject({
    code: 'MERGE_NOT_POSSIBLE',
    details: { reason: 'target_merged' },
  })
  await merges.undo(line.tenant.actor, two.mergeId, { reason })
  await line.settleDown(worker)
  expect((await view(first.id)).contact.id).toBe(second.id)
  expect((await view(second.id)).runs.filter(({ status }) => status === 'active')).toHaveLength(2)
  await merges.undo(line.tenant.actor, one.mergeId, { reason })
  await line.settleDown(worker)
  for (const { id } of [first, second, third]) {
    expect((await view(id)).runs.filter(({ status }) => status === 'active')).toHaveLength(1)
    await expectReplayed(id)
  }
})

test('what cannot be merged says why and changes nothing; another tenant knows none of it (I9)', async () => {
  const target = await make('email', 'other')
  const source = await make('phone', 'other')
  const other = await make('phone', 'other')
  await line.settleDown(worker)
  const reasonOf = (asked: Promise<unknown>) =>
    asked.then(
      () => 'done',
      (error: { code: string; details?: { reason: string } }) =>
        error.details?.reason ?? error.code,
    )
  expect(await reasonOf(merge(target, target))).toBe('same_contact')
  const { mergeId } = await merge(target, source)
  expect(await reasonOf(merge(target, other))).toBe('under_way')
  expect(await reasonOf(merges.undo(line.tenant.actor, mergeId, { reason }))).toBe('under_way')
  await line.settleDown(worker)
  expect(await reasonOf(merge(other, source))).toBe('already_merged')
  const { actor: stranger } = await createTenant(line.pool)
  const asked = { sourceId: other.id, reason }
  expect(await reasonOf(merges.merge(stranger, target.id, asked))).toBe('RESOURCE_NOT_FOUND')
  expect(await reasonOf(merges.undo(stranger, mergeId, { reason }))).toBe('RESOURCE_NOT_FOUND')
  expect(await reasonOf(merges.list(stranger, target.id))).toBe('RESOURCE_NOT_FOUND')
  expect(await reasonOf(merges.preview(stranger, target.id, asked))).toBe('RESOURCE_NOT_FOUND')
  await line.enqueue(other.id, { type: 'message.received', payload: null as never })
  await worker.drain()
  await line.pool.query(
    "update mailbox set attempts = 3, parked_at = now(), parked_reason = 'x' where contact_id = $1",
    [other.id],
  )
  expect(await reasonOf(merge(target, other))).toBe('blocked')
  const audit = await line.rows(
    "select action, reason from audit_log where subject = $1 and action like 'contacts.%'",
    [target.id],
  )
  expect(audit).toEqual([{ action: 'contacts.merge', reason }])
  await line.pool.query('delete from mailbox where contact_id = $1', [other.id])
})

test('where a person came from is known of both and kept with the purchase, and parts with them', async () => {
  const touch = (campaign: string) => ({ kind: 'link' as const, campaign })
  const at = (hour: string) => `2026-01-15T${hour}:00:00.000Z`
  const come = async (address: object, campaign: string, hour: string) =>
    (
      await line.accept(
        leadOf(line.tenant, { address, touch: touch(campaign), occurredAt: at(hour) }),
      )
    ).contactId ?? ''
  const phone = newPhone()
  const source = await come({ phone }, 'first', '09')
  const target = await come({ email: `t${phone.slice(1)}@example.com` }, 'last', '12')
  await line.settleDown(worker)
  const { mergeId } = await merges.merge(line.tenant.actor, target, { sourceId: source, reason })
  await line.settleDown(worker)
  await line.accept(
    eventOf(line.tenant, {
      address: { phone },
      payload: { value: '10,00', currency: 'BRL' },
      occurredAt: at('18'),
    }),
  )
  const { get } = createAttribution(line.pool)
  const whole = await get(line.tenant.actor, source)
  expect(whole).toMatchObject({
    first: { campaign: 'first' },
    last: { campaign: 'last' },
    touches: 2,
    conversions: [{ valueCents: 1000, touch: { campaign: 'last' } }],
    revenue: [{ currency: 'BRL', cents: 1000 }],
  })
  expect(await get(line.tenant.actor, target)).toEqual(whole)
  await line.settleDown(worker)
  await merges.undo(line.tenant.actor, mergeId, { reason })
  await line.settleDown(worker)
  const [theirs, own] = [await get(line.tenant.actor, source), await get(line.tenant.actor, target)]
  expect([theirs.last?.campaign, own.first?.campaign]).toEqual(['first', 'last'])
  await expect(get(line.tenant.actor, 'cnt_unknown')).rejects.toMatchObject({
    code: 'RESOURCE_NOT_FOUND',
  })
})
