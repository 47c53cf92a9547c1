import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { statusOf } from '../testing/arrivals.ts'
import { createTestLine, type TestLine, type TestWorker } from '../testing/line.ts'
import { createTestOutbox, type TestOutbox } from '../testing/outbox.ts'
import { createScriptConnector, type ScriptConnector } from '../testing/script-connector.ts'
import { publish } from '../testing/tenant.ts'
import { WELCOME } from '../testing/workflows.ts'
import { claimEffects } from './executor/claim-effects.ts'
import { findLostJobs, recoverAll, resolveUncertain } from './dispatch.ts'
import { MAX_ATTEMPTS } from './settle/retry.ts'
import { settleEffects } from './settle/settle.ts'

let line: TestLine
let worker: TestWorker
let outbox: TestOutbox
let provider: ScriptConnector
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = line.createWorker()
  await worker.leases.renew()
  provider = createScriptConnector()
  outbox = createTestOutbox(line, worker, provider.registry)
})
beforeEach(async () => {
  await line.pool.query('delete from outbox')
  await line.pool.query('delete from circuits')
  await line.pool.query("update tenants set uncertain_policy = 'retry'")
  provider.sent.length = 0
  provider.answers.length = 0
})
afterAll(() => line.close())

const retry = { type: 'retry', error: { code: 'HTTP_503', message: 'busy' } } as const
const uncertain = { type: 'uncertain', error: { code: 'TIMEOUT', message: 'no answer' } } as const

const journalOf = (contactId: string): Promise<{ type: string; entry: unknown }[]> =>
  line.rows('select event_type as type, entry from journal where contact_id = $1 order by seq', [
    contactId,
  ])

const messageOf = async (effectId: string): Promise<unknown> => {
  const text = 'select status, provider_msg_id, error_json from messages where effect_id = $1'
  return (await line.rows(text, [effectId]))[0]
}

/** A second message for the same contact, behind the first one in its lane. */
async function queueAnother(effectId: string): Promise<string> {
  const second = `${effectId}2`
  await line.pool.query(
    `insert into outbox (tenant_id, id, contact_id, shard, run_id, node_id, kind, channel_id, lane, command,
       correlation_id)
     select tenant_id, $2, contact_id, shard, run_id, node_id, kind, channel_id, lane, command, correlation_id
     from outbox where id = $1`,
    [effectId, second],
  )
  return second
}

const idsOf = (jobs: { effectId: string }[]): string[] => jobs.map(({ effectId }) => effectId)

test('I5: an accepted send is settled, marks its message, and its result moves the run', async () => {
  const { id, contactId } = await outbox.greet()
  expect(idsOf(await outbox.dispatch())).toEqual([id])
  await outbox.perform(id)
  expect(provider.sent).toMatchObject([
    {
      id,
      command: { kind: 'whatsapp.send_text', text: 'Oi, Ana!' },
      channel: { secrets: { accessToken: 'EAAtest' } },
    },
  ])
  expect(await outbox.row(id)).toBeUndefined()
  expect(await messageOf(id)).toMatchObject({ status: 'accepted', provider_msg_id: `wamid.${id}` })
  await worker.drain()
  expect((await journalOf(contactId)).at(-1)).toMatchObject({
    type: 'effect.done',
    entry: { runs: [{ from: 'greet', to: 'await_purchase' }] },
  })
})

test('I6: of two jobs for one effect, also at the same moment, one sends', async () => {
  const { id } = await outbox.greet()
  await outbox.dispatch()
  await Promise.all([outbox.perform(id), outbox.perform(id), outbox.perform(id)])
  await outbox.perform(id)
  expect(provider.sent).toHaveLength(1)
})

test('I6: a second claim of the same effect finds nothing, and a stale token settles nothing', async () => {
  const { id } = await outbox.greet()
  await outbox.dispatch()
  const job = { tenantId: line.tenant.id, effectId: id }
  expect((await claimEffects(line.pool, [job], 'token-1')).claimed).toMatchObject([
    { id, attempts: 1 },
  ])
  expect(await claimEffects(line.pool, [job], 'token-2')).toEqual({ claimed: [], deferred: [] })
  const settle = (claimToken: string) =>
    settleEffects(line.pool as never, [
      { ...job, claimToken, result: { type: 'done', providerMessageId: null, output: null } },
    ])
  expect(await settle('token-2')).toBe(0)
  expect(await outbox.row(id)).toMatchObject({ status: 'sending', claim_token: 'token-1' })
  expect(await settle('token-1')).toBe(1)
  expect(await settle('token-1')).toBe(0)
})

test('at most one message is out per contact and channel; the next leaves when it is settled', async () => {
  const [one, other] = [await outbox.greet(), await outbox.greet()]
  const second = await queueAnother(one.id)
  expect(idsOf(await outbox.dispatch()).toSorted()).toEqual([one.id, other.id].toSorted())
  expect(await outbox.dispatch()).toEqual([])
  provider.answers.push(() => retry)
  await outbox.perform(one.id)
  expect(await outbox.dispatch()).toEqual([])
  await line.pool.query('update outbox set next_at = now() where id = $1', [one.id])
  expect(idsOf(await outbox.dispatch())).toEqual([one.id])
  await outbox.perform(one.id)
  expect(idsOf(await outbox.dispatch())).toEqual([second])
})

test('two dispatchers at the same moment hand every effect out once', async () => {
  const effects = await outbox.greetMany(20)
  const taken = await Promise.all([outbox.dispatch(), outbox.dispatch(), outbox.dispatch()])
  expect(idsOf(taken.flat()).toSorted()).toEqual(effects.map(({ id }) => id).toSorted())
})

test('I5: a refused attempt is made again after growing pauses, and the last one ends in the dead letters', async () => {
  const { id, contactId } = await outbox.greet()
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
    provider.answers.push(() => retry)
    await outbox.dispatch()
    await outbox.perform(id)
    const row = await outbox.row(id)
    expect(row).toMatchObject({ status: 'waiting', attempts: attempt })
    expect(row?.rest).toBeGreaterThan(Math.min(300, 2 ** (attempt - 1)) * 0.75 - 0.5)
    expect(await outbox.dispatch()).toEqual([])
    await line.pool.query('update outbox set next_at = now()')
  }
  provider.answers.push(() => retry)
  await outbox.dispatch()
  await outbox.perform(id)
  expect(await outbox.row(id)).toBeUndefined()
  expect(
    await line.rows('select id, kind, code, reason from dead_letters where contact_id = $1', [
      contactId,
    ]),
  ).toEqual([{ id, kind: 'effect', code: 'HTTP_503', reason: 'busy' }])
  expect(await messageOf(id)).toMatchObject({ status: 'failed', error_json: retry.error })
})

test('I5: a permanent failure is a dead letter at once, and the run hears of it', async () => {
  const { id, contactId } = await outbox.greet()
  const error = { code: 'WHATSAPP_131026', message: 'cannot \u0000 be reached' }
  provider.answers.push(() => ({ type: 'failed', error }))
  await outbox.dispatch()
  await outbox.perform(id)
  await worker.drain()
  expect((await journalOf(contactId)).at(-1)).toMatchObject({
    type: 'effect.failed',
    entry: { runs: [{ status: 'failed' }] },
  })
  const letters = 'select code, reason from dead_letters where id = $1'
  expect(await line.rows(letters, [id])).toEqual([
    { code: error.code, reason: 'cannot  be reached' },
  ])
})

test('a provider that asks for a pause gets it', async () => {
  const { id } = await outbox.greet()
  provider.answers.push(() => ({ ...retry, retryAfterMs: 120_000 }))
  await outbox.dispatch()
  await outbox.perform(id)
  expect((await outbox.row(id))?.rest).toBeGreaterThan(119)
})

test.each([
  ['the channel is gone', 'update outbox set channel_id = null where id = $1', 'CHANNEL_MISSING'],
  [
    'the contact has no number',
    'update contacts set phone_e164 = null where id = (select contact_id from outbox where id = $1)',
    'CONTACT_ADDRESS_MISSING',
  ],
  [
    'the contact is gone',
    "update outbox set contact_id = 'cnt_gone' where id = $1",
    'CONTACT_ADDRESS_MISSING',
  ],
  [
    'the template is gone',
    `update outbox set command = '{"kind":"whatsapp.send_template","template":"none","language":null,"vars":{}}'
     where id = $1`,
    'TEMPLATE_MISSING',
  ],
  [
    'nothing performs it',
    `update outbox set command = '{"kind":"pigeon.send"}' where id = $1`,
    'CONNECTOR_MISSING',
  ],
])(
  'I5: when %s, the effect ends in the dead letters and nothing is sent',
  async (_, change, code) => {
    const { id } = await outbox.greet()
    await line.pool.query(change, [id])
    await outbox.dispatch()
    await outbox.perform(id)
    expect(provider.sent).toEqual([])
    expect(await line.rows('select code from dead_letters where id = $1', [id])).toEqual([{ code }])
  },
)

test('I5: credentials that cannot be opened end the effect instead of trying for ever', async () => {
  const { id } = await outbox.greet()
  await line.pool.query("update secrets set ciphertext = ciphertext || '\\x00'::bytea")
  await outbox.dispatch()
  await outbox.perform(id)
  await line.pool.query(
    'update secrets set ciphertext = substring(ciphertext for length(ciphertext) - 1)',
  )
  expect(await line.rows('select code from dead_letters where id = $1', [id])).toEqual([
    { code: 'SECRET_UNREADABLE' },
  ])
})

test('I10: a job that got lost is dispatched again, and nothing that is under way is', async () => {
  const [lost, sending] = [await outbox.greet(), await outbox.greet()]
  await outbox.dispatch()
  await claimEffects(line.pool, [{ tenantId: line.tenant.id, effectId: sending.id }], 'token')
  expect(await findLostJobs(line.pool)).toEqual([])
  await line.pool.query("update outbox set moved_at = now() - interval '6 s'")
  expect(idsOf(await findLostJobs(line.pool))).toEqual([lost.id])
  expect(await findLostJobs(line.pool)).toEqual([])
})

test('I6: a send in flight at a crash is settled by its status and not sent again', async () => {
  const { id, contactId } = await outbox.greet()
  await outbox.dispatch()
  // The process died between claim and settle.
  await claimEffects(line.pool, [{ tenantId: line.tenant.id, effectId: id }], 'token of the dead')
  await recoverAll(line.pool, 60)
  expect(await outbox.row(id)).toMatchObject({ status: 'uncertain' })
  await resolveUncertain(line.pool, 60)
  expect(await outbox.dispatch()).toEqual([])
  await line.accept(
    statusOf(line.tenant, { status: 'delivered', effectId: id, providerMessageId: 'wamid.real' }),
  )
  expect(await outbox.row(id)).toBeUndefined()
  expect(await messageOf(id)).toMatchObject({ status: 'delivered', provider_msg_id: 'wamid.real' })
  await worker.drain()
  expect((await journalOf(contactId)).map(({ type }) => type)).toEqual([
    'lead.captured',
    'message.status',
    'effect.done',
  ])
  expect(provider.sent).toEqual([])
})

test('I6: what a worker had claimed is uncertain as soon as the worker is dead, and not before', async () => {
  const [ofDead, ofLiving] = [await outbox.greet(), await outbox.greet()]
  await line.pool.query(
    `insert into workers (id, expires_at) values
      ('wrk_dead', clock_timestamp() - interval '1 s'), ('wrk_living', clock_timestamp() + interval '1 min')`,
  )
  await outbox.dispatch()
  const claim = (effectId: string, token: string) =>
    claimEffects(line.pool, [{ tenantId: line.tenant.id, effectId }], token)
  await claim(ofDead.id, 'wrk_dead.1')
  await claim(ofLiving.id, 'wrk_living.1')
  await line.pool.query("update outbox set moved_at = now() - interval '6 s'")
  await resolveUncertain(line.pool, 60)
  expect(await outbox.row(ofDead.id)).toMatchObject({ status: 'uncertain' })
  expect(await outbox.row(ofLiving.id)).toMatchObject({ status: 'sending' })
  await line.pool.query('delete from workers')
  await resolveUncertain(line.pool, 60)
  expect(await outbox.row(ofLiving.id)).toMatchObject({ status: 'uncertain' })
})

test('I6: a send that nobody answered is uncertain; policy retry sends again only after the window', async () => {
  const { id } = await outbox.greet()
  provider.answers.push(() => uncertain)
  await outbox.dispatch()
  await outbox.perform(id)
  const row = await outbox.row(id)
  expect(row).toMatchObject({ status: 'uncertain', attempts: 1 })
  expect(row?.rest).toBeGreaterThan(58)
  await resolveUncertain(line.pool, 60)
  expect(await outbox.dispatch()).toEqual([])
  await line.pool.query('update outbox set next_at = now()')
  await resolveUncertain(line.pool, 60)
  expect(idsOf(await outbox.dispatch())).toEqual([id])
  await outbox.perform(id)
  expect(provider.sent).toHaveLength(2)
})

test('I6: while the process was away no status could come, so after a start the window begins again', async () => {
  const { id } = await outbox.greet()
  provider.answers.push(() => uncertain)
  await outbox.dispatch()
  await outbox.perform(id)
  await line.pool.query('update outbox set next_at = now() where id = $1', [id])
  await recoverAll(line.pool, 60)
  await resolveUncertain(line.pool, 60)
  expect(await outbox.row(id)).toMatchObject({ status: 'uncertain' })
  expect((await outbox.row(id))?.rest).toBeGreaterThan(58)
})
test('I6: under policy hold an uncertain send is never sent again, and its lane waits behind it', async () => {
  await line.pool.query("update tenants set uncertain_policy = 'hold'")
  const { id } = await outbox.greet()
  const second = await queueAnother(id)
  provider.answers.push(() => uncertain)
  await outbox.dispatch()
  await outbox.perform(id)
  await line.pool.query('update outbox set next_at = now() where id = $1', [id])
  await resolveUncertain(line.pool, 60)
  expect(await outbox.row(id)).toMatchObject({ status: 'held' })
  await resolveUncertain(line.pool, 60)
  expect(await outbox.dispatch()).toEqual([])
  // The truth arrives late: the held one is settled, the lane goes on.
  await line.accept(statusOf(line.tenant, { status: 'sent', effectId: id }))
  expect(idsOf(await outbox.dispatch())).toEqual([second])
  expect(provider.sent).toHaveLength(1)
})

test('I5: a send that stays uncertain through all its attempts ends in the dead letters', async () => {
  const { id } = await outbox.greet()
  provider.answers.push(() => uncertain)
  await outbox.dispatch()
  await outbox.perform(id)
  await line.pool.query('update outbox set next_at = now(), attempts = $1', [MAX_ATTEMPTS])
  await resolveUncertain(line.pool, 60)
  expect(await outbox.row(id)).toBeUndefined()
  expect(await line.rows('select code from dead_letters where id = $1', [id])).toEqual([
    { code: 'TIMEOUT' },
  ])
})

test('I6: a connector that throws is uncertain, for it may have sent before it broke', async () => {
  const { id } = await outbox.greet()
  provider.answers.push(() => {
    throw new Error('broke')
  })
  await outbox.dispatch()
  await outbox.perform(id)
  expect(await outbox.row(id)).toMatchObject({ status: 'uncertain' })
})

test('an attempt whose process froze is uncertain after its time limit, and its late answer changes nothing', async () => {
  const { id } = await outbox.greet()
  await outbox.dispatch()
  provider.answers.push(async () => {
    await line.pool.query("update outbox set moved_at = now() - interval '36 s' where id = $1", [
      id,
    ])
    await resolveUncertain(line.pool, 60)
    return retry
  })
  await outbox.perform(id)
  expect(await outbox.row(id)).toMatchObject({ status: 'uncertain' })
})

test('F17: a status and the settling of its own send meet many times and never lock each other out', async () => {
  const effects = await outbox.greetMany(30)
  await outbox.dispatch()
  await Promise.all(
    effects.flatMap(({ id }) => [
      outbox.perform(id),
      line.accept(statusOf(line.tenant, { status: 'sent', effectId: id })),
      line.accept(statusOf(line.tenant, { status: 'delivered', effectId: id })),
    ]),
  )
  for (const { id } of effects) expect(await messageOf(id)).toMatchObject({ status: 'delivered' })
  expect(await line.rows('select 1 from outbox')).toEqual([])
})
