import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDeliveries } from '../../commands/deliveries/deliveries.ts'
import { operateGate } from '../../commands/actors/operate-gate.ts'
import { leadOf } from '../../testing/arrivals.ts'
import { startWholeRuntime } from '../../testing/whole.ts'
import { createTestLine, type TestLine, type TestWorker } from '../../testing/line.ts'
import { createTenant, publish } from '../../testing/tenant.ts'
import { until } from '../../testing/until.ts'
import { WELCOME } from '../../testing/workflows.ts'
import { createDispatchGate, type DispatchGate, type GateOptions } from './gate.ts'
import { createWatermark, placeOf } from './watermark.ts'

let line: TestLine
let worker: TestWorker
let dataDir: string
beforeAll(async () => {
  line = await createTestLine()
  await publish(line.pool, line.tenant, WELCOME)
  worker = line.createWorker({ leaseSeconds: 600 })
  await worker.leases.renew()
})
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'fluxolab-gate-'))
  await line.pool.query('truncate dispatch_gate, dispatch_suspects, outbox, dead_letters')
})
afterEach(() => rmSync(dataDir, { recursive: true }))
afterAll(() => line.close())

/** A process that starts: its first question looks who the database is. */
async function start(given: Partial<GateOptions> = {}): Promise<DispatchGate & { open: boolean }> {
  const gate = createDispatchGate({
    pool: line.pool,
    isPaused: false,
    watermark: createWatermark({ redisUrl: undefined, dataDir }),
    place: null,
    logger: line.logger,
    ...given,
  })
  return { ...gate, open: await gate.isOpen() }
}

const set = (columns: string) => line.pool.query(`update dispatch_gate set ${columns}`)

async function send(count: number): Promise<string[]> {
  for (let n = 0; n < count; n++) await line.accept(leadOf(line.tenant))
  await worker.drain()
  const rows = await line.rows<{ id: string }>('select id from outbox order by position')
  return rows.map(({ id }) => id)
}

/** The outbox as it was some sends ago: what a back-up brings. */
async function goBack(): Promise<void> {
  const [{ position } = { position: 0 }] = await line.rows<{ position: number }>(
    'select position from dispatch_gate',
  )
  await send(3)
  const gate = await start()
  expect(gate.open).toBe(true)
  const [told] = await line.rows<{ position: number }>('select position from dispatch_gate')
  const database = await line.rows<{ system: string; database: string }>(
    'select system_identifier as system, database_oid as database from dispatch_gate',
  )
  const watermark = createWatermark({ redisUrl: undefined, dataDir })
  await until('the position is told outside', async () => {
    return (await watermark.read(database[0] ?? { system: '', database: '' })) === told?.position
  })
  await set(`position = ${position}`)
  await line.pool.query(`select setval('outbox_position_seq', $1)`, [Math.max(position, 1)])
}

test('a first start, a second one and a crash of the database leave the gate open', async () => {
  expect((await start()).open).toBe(true)
  await send(2)
  expect((await start()).open).toBe(true)
  expect((await start()).open).toBe(true)
})

test.each([
  ['system', `system_identifier = '7'`],
  ['database', `database_oid = '7'`],
  ['timeline', `timeline = '000000FF'`],
])(
  'I6: another %s than the last time closes the gate until a person opens it',
  async (sign, was) => {
    await start()
    await set(was)
    const gate = await start()
    expect(gate.open).toBe(false)
    expect(await gate.read()).toMatchObject({ isOpen: false, reason: 'restored', signs: [sign] })
    // A second start finds the same database again; the gate stays as it is.
    expect((await start()).open).toBe(false)
  },
)

test('I6: an outbox that is behind what was told outside closes the gate, and tells how far', async () => {
  await start()
  await goBack()
  const gate = await start()
  expect(gate.open).toBe(false)
  const { signs, lost } = await gate.read()
  expect(signs).toEqual(['watermark'])
  expect(lost).toBeGreaterThanOrEqual(3)
  const before = await line.rows<{ position: number }>('select position from dispatch_gate')
  const [id] = (await send(1)).slice(-1)
  const after = await line.rows<{ position: number }>('select position from outbox where id = $1', [
    id,
  ])
  // Nothing new is taken for something that the world before had sent.
  expect(after[0]?.position).toBeGreaterThan(before[0]?.position ?? Infinity)
})

test('I6: a copy of the data folder closes the gate; the folder itself does not', async () => {
  const place = placeOf(dataDir)
  expect((await start({ place })).open).toBe(true)
  expect((await start({ place: placeOf(dataDir) })).open).toBe(true)
  const copy = mkdtempSync(join(tmpdir(), 'fluxolab-gate-'))
  cpSync(dataDir, copy, { recursive: true })
  const gate = await start({ place: placeOf(copy) })
  rmSync(copy, { recursive: true })
  expect(gate.open).toBe(false)
  expect((await gate.read()).signs).toEqual(['folder'])
})

test('I6: what was open is listed by what is known of it; opening holds or sends it as the person says', async () => {
  const [tried = '', sending = '', fresh = ''] = await send(3)
  await line.pool.query('update outbox set attempts = 2 where id = $1', [tried])
  await line.pool.query(`update outbox set status = 'sending' where id = $1`, [sending])
  await start()
  await set(`timeline = '000000FF'`)
  const gate = await start()
  const deliveries = createDeliveries(line.pool, gate)
  const { actor } = line.tenant
  expect(await deliveries.gate(actor)).toMatchObject({
    open: false,
    lost: expect.anything(),
    suspects: { tried: 2, untried: 1 },
    canRelease: true,
  })
  const { items } = await deliveries.suspects(actor, { limit: 50 })
  expect(items.map(({ id, tried: isTried }) => [id, isTried])).toEqual([
    [tried, true],
    [sending, true],
    [fresh, false],
  ])
  const later = (await send(1)).at(-1)
  const release = { tried: 'hold', untried: 'send', reason: 'conferido' } as const
  await expect(deliveries.release({ ...actor, role: 'support' }, release)).rejects.toMatchObject({
    code: 'AUTH_FORBIDDEN',
  })
  expect(await deliveries.release(actor, release)).toMatchObject({ open: true, reason: null })
  expect(await line.rows('select id, status from outbox order by position')).toEqual([
    { id: tried, status: 'held' },
    { id: sending, status: 'held' },
    { id: fresh, status: 'waiting' },
    { id: later, status: 'waiting' },
  ])
  expect((await start()).open).toBe(true)
  await expect(deliveries.release(actor, release)).rejects.toMatchObject({
    code: 'ACTION_NOT_POSSIBLE',
  })
  const audit = `select reason from audit_log where action = 'open_dispatch_gate'`
  expect(await line.rows(audit)).toEqual([{ reason: 'conferido' }])
})

test('DISPATCH_PAUSED keeps it closed whatever the database says', async () => {
  const gate = await start({ isPaused: true })
  expect(gate.open).toBe(false)
  expect(await gate.read()).toMatchObject({ isOpen: false, reason: 'config', closedAt: null })
})

test('while nobody can tell, nothing leaves', async () => {
  const pool = { query: () => Promise.reject(new Error('away')) } as never
  expect((await start({ pool })).open).toBe(false)
})

test('I9: where tenants share an installation none of them opens it for the others', async () => {
  await send(1)
  await start()
  await set(`timeline = '000000FF'`)
  const deliveries = createDeliveries(line.pool, await start())
  const rival = (await createTenant(line.pool)).actor
  expect(await deliveries.gate(rival)).toMatchObject({
    open: false,
    suspects: { tried: 0, untried: 0 },
    canRelease: false,
  })
  expect(await deliveries.suspects(rival, { limit: 50 })).toEqual({ items: [], nextCursor: null })
  await expect(
    deliveries.release(rival, { tried: 'hold', untried: 'send', reason: 'x' }),
  ).rejects.toMatchObject({ code: 'ACTION_NOT_POSSIBLE' })
})

test('whoever runs the installation looks and opens at the terminal, past every tenant', async () => {
  await send(2)
  await start()
  expect(await operateGate(line.url, null)).toEqual(['open: no restore keeps sends back'])
  await set(`timeline = '000000FF'`)
  await start()
  const [closed, suspects] = await operateGate(line.url, null)
  expect(closed).toContain('restored (timeline)')
  expect(suspects).toContain('0 with a known attempt, 2 without one')
  const opening = { tried: 'hold', untried: 'hold', by: 'operator' } as const
  expect(await operateGate(line.url, opening)).toEqual(['open: 2 kept for people, 0 leave'])
  expect((await start()).open).toBe(true)
})

test('I6: after a restore webhooks and Steps go on, nothing leaves, health says so, and opening lets it leave', async () => {
  const whole = await startWholeRuntime({ dataDir })
  try {
    await whole.line.accept(leadOf(whole.line.tenant))
    await whole.workIsDone()
    await whole.runtime.stop()
    await whole.line.pool.query(`update dispatch_gate set timeline = '000000FF'`)
    const before = whole.accepted.length
    const again = await whole.startAnother()
    await whole.line.accept(leadOf(whole.line.tenant))
    await until('the Step is made', async () => {
      const rows = await whole.line.rows(`select 1 from outbox where status = 'waiting'`)
      return rows.length === 1
    })
    expect(await again.health.ready()).toMatchObject({
      status: 'degraded',
      checks: { dispatch: { ok: false } },
    })
    expect(whole.accepted.length).toBe(before)
    const { actor } = whole.line.tenant
    const how = { tried: 'hold', untried: 'hold', reason: 'conferido' } as const
    await again.deliveries.release(actor, how)
    await whole.workIsDone()
    expect(whole.accepted.length).toBe(before + 1)
    expect(await again.health.ready()).toMatchObject({ status: 'ok' })
    await again.stop()
  } finally {
    await whole.stop()
  }
})
