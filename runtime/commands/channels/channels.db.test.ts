import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Channel, ChannelCreate } from '#machines/contracts/channels.ts'
import { isFluxoError } from '#machines/contracts/errors.ts'
import { createConnectorRegistry } from '../../connectors/registry.ts'
import { createTelegram } from '../../connectors/telegram/connector.ts'
import { createWhatsApp } from '../../connectors/whatsapp/connector.ts'
import { createSecretBox } from '../../db/secret-box.ts'
import { createEgress, type Egress } from '../../egress/egress.ts'
import type { ChannelsFace } from '../../face/channels.ts'
import { CHANNELS } from '../../live/channels.ts'
import { createNoticeBoard, tellOn } from '../../live/notices.ts'
import { createMediaStore } from '../../media/media-store.ts'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { createTestLine, type TestLine } from '../../testing/line.ts'
import { createTestOutbox } from '../../testing/outbox.ts'
import { createTenant, MASTER_KEY, publish } from '../../testing/tenant.ts'
import { WELCOME } from '../../testing/workflows.ts'
import { createChannelIntake } from '../webhooks/channel-intake.ts'
import { createChannels } from './channels.ts'

const TOKEN = `1234567:${'r'.repeat(35)}`
const OTHER_TOKEN = `7654321:${'o'.repeat(35)}`
const storeDir = mkdtempSync(join(tmpdir(), 'fluxo-channels-'))
let line: TestLine
let sandbox: Sandbox
let egress: Egress
let channels: ChannelsFace

beforeAll(async () => {
  line = await createTestLine()
  sandbox = await createSandbox({ port: 0, host: '127.0.0.1', storeDir })
  egress = createEgress({ allow: [new URL(sandbox.url).host] })
  channels = createChannels(optionsOf())
})
afterAll(async () => {
  await Promise.all([line.close(), sandbox.close(), egress.close()])
  rmSync(storeDir, { recursive: true })
})

function optionsOf() {
  const secretBox = createSecretBox(MASTER_KEY)
  const media = createMediaStore(line.pool, secretBox)
  const whatsApp = { graphUrl: sandbox.url, version: 'v24.0' }
  return {
    pool: line.pool,
    secretBox,
    egress,
    media,
    connectors: [
      createTelegram({ baseUrl: `${sandbox.url}/telegram` }),
      createWhatsApp({ ...whatsApp, media }),
    ],
    publicUrl: 'http://127.0.0.1:1',
  }
}

const owner = () => line.tenant.actor
const BOT: ChannelCreate = {
  kind: 'telegram',
  address: '1234567',
  config: {},
  secrets: { botToken: TOKEN },
}
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (isFluxoError(error) ? { code: error.code, field: error.field } : error),
  )
const secretsOf = async ({ id }: Channel): Promise<Record<string, string>> => {
  const [row] = await line.rows<{ ciphertext: Buffer }>(
    `select s.ciphertext from secrets s join channels c on c.secret_id = s.id where c.id = $1`,
    [id],
  )
  return createSecretBox(MASTER_KEY).open(line.tenant.id, row!.ciphertext)
}

let bot: Channel
test('a channel is opened by its form: checked, connected, its secrets sealed and never told', async () => {
  bot = await channels.create(owner(), BOT)
  expect(bot).toMatchObject({
    displayAddress: '@sandbox_1234567_bot',
    status: 'active',
    check: { ok: true },
    webhookUrl: `http://127.0.0.1:1/webhooks/telegram/${bot.id}`,
  })
  expect(bot.secrets).toMatchObject([
    { name: 'botToken', isSet: true, setAt: expect.any(String), shown: null },
    { name: 'webhookSecret', isSet: true, shown: null },
  ])
  expect(JSON.stringify(bot)).not.toContain('rrrr')
  const audit = await line.rows<{ action: string; details_json: object }>(
    'select action, details_json from audit_log where subject = $1',
    [bot.id],
  )
  expect(audit).toMatchObject([{ action: 'open_channel', details_json: { kind: 'telegram' } }])
  expect(JSON.stringify(audit)).not.toContain('rrrr')
})

test('what the provider or the form refuses is not kept, and the field is named', async () => {
  const create = (given: Partial<ChannelCreate>) =>
    refusal(channels.create(owner(), { ...BOT, ...given }))
  expect(await create({ address: '99', secrets: { botToken: OTHER_TOKEN } })).toEqual({
    code: 'REQUEST_INVALID',
    field: 'address',
  })
  expect(await create({ address: '7000000' })).toMatchObject({ field: 'address' })
  expect(await create({ secrets: { botToken: 'nope' } })).toMatchObject({
    field: 'secrets.botToken',
  })
  expect(await create({ secrets: { botToken: TOKEN, other: 'x' } })).toMatchObject({
    field: 'secrets.other',
  })
  expect(await create({ config: { x: 1 } })).toMatchObject({ field: 'config.x' })
  expect(await create({})).toEqual({ code: 'ACTION_NOT_POSSIBLE', field: 'address' })
  expect(
    (await channels.list(owner())).items.filter(({ kind }) => kind === 'telegram'),
  ).toHaveLength(1)
})

test('I9 another tenant sees nothing of it and cannot touch it', async () => {
  const { actor } = await createTenant(line.pool)
  expect((await channels.list(actor)).items.map(({ id }) => id)).not.toContain(bot.id)
  const deeds: (() => Promise<unknown>)[] = [
    () => channels.check(actor, bot.id),
    () => channels.edit(actor, bot.id, { displayAddress: 'x' }),
    () => channels.rotate(actor, bot.id, { secrets: { botToken: OTHER_TOKEN }, generate: [] }),
    () => channels.finishRotation(actor, bot.id),
    () => channels.pause(actor, bot.id, { reason: 'x' }),
    () => channels.remove(actor, bot.id, { reason: 'x' }),
    () => channels.dependents(actor, bot.id),
  ]
  for (const deed of deeds)
    expect(await refusal(deed())).toMatchObject({ code: 'RESOURCE_NOT_FOUND' })
})

test('two secrets are good during a rotation, and one after it', async () => {
  const { webhookSecret: first } = await secretsOf(bot)
  const rotated = await channels.rotate(owner(), bot.id, {
    secrets: {},
    generate: ['webhookSecret'],
  })
  expect(rotated.secrets[1]).toMatchObject({ name: 'webhookSecret', isRotating: true })
  const { webhookSecret: second } = await secretsOf(bot)
  expect(second).not.toBe(first)
  const hear = async (secret: string | undefined, number: number) => {
    const intake = createChannelIntake({
      ...optionsOf(),
      acceptor: line.acceptor,
      onRefused: () => undefined,
    })
    const chat = { id: 5, type: 'private' }
    const update = { update_id: 1, message: { message_id: number, chat, text: 'Oi' } }
    return intake({
      connector: 'telegram',
      channelId: bot.id,
      method: 'POST',
      rawBody: Buffer.from(JSON.stringify(update)),
      headers: { 'x-telegram-bot-api-secret-token': secret },
      query: {},
    })
  }
  expect(await hear(first, 1)).toMatchObject({ accepted: 1 })
  expect(await hear(second, 2)).toMatchObject({ accepted: 1 })
  expect(await hear(second, 2)).toMatchObject({ accepted: 0 })
  await channels.finishRotation(owner(), bot.id)
  expect(await refusal(hear(first, 3))).toMatchObject({ code: 'WEBHOOK_SIGNATURE_INVALID' })
  expect(await hear(second, 3)).toMatchObject({ accepted: 1 })
  expect(
    await refusal(channels.rotate(owner(), bot.id, { secrets: {}, generate: ['botToken'] })),
  ).toEqual({ code: 'REQUEST_INVALID', field: 'secrets.botToken' })
})

test('what has to be copied to the provider is shown to those who may change the channel, and to nobody else', async () => {
  const shown = async (role: 'owner' | 'viewer') => {
    const { items } = await channels.list({ ...owner(), role })
    const number = items.find(({ kind }) => kind === 'whatsapp')
    return number?.secrets.map((secret) => secret.shown)
  }
  expect(await shown('owner')).toEqual([null, null, 'verify-me'])
  expect(await shown('viewer')).toEqual([null, null, null])
})

test('a check says in words what the provider refused, and names the field', async () => {
  const number = await channels.check(owner(), line.tenant.channelId)
  expect(number).toMatchObject({
    check: {
      ok: false,
      code: expect.stringMatching(/^WHATSAPP_/),
      why: { en: expect.any(String) },
    },
  })
  sandbox.register({
    phoneNumberId: line.tenant.phoneNumberId,
    accessToken: 'EAAtest',
    appSecret: 'app-secret',
    webhookUrl: 'http://127.0.0.1:1/',
  })
  expect(await channels.check(owner(), line.tenant.channelId)).toMatchObject({
    check: { ok: true },
    health: { quality: 'GREEN' },
  })
  await channels.rotate(owner(), line.tenant.channelId, {
    secrets: { accessToken: 'EAAold' },
    generate: [],
  })
  expect((await channels.list(owner())).items[0]).toMatchObject({
    check: { ok: false, code: 'WHATSAPP_190', field: 'secrets.accessToken' },
  })
  await channels.rotate(owner(), line.tenant.channelId, {
    secrets: { accessToken: 'EAAtest' },
    generate: [],
  })
})

test('I5 while a channel is paused what is to leave waits, and leaves when it is resumed', async () => {
  await publish(line.pool, line.tenant, WELCOME)
  const worker = line.createWorker()
  await worker.leases.renew()
  const registry = createConnectorRegistry(
    optionsOf().connectors.flatMap(({ outbound }) => outbound),
  )
  const outbox = createTestOutbox(line, worker, registry)
  const effect = await outbox.greet()
  outbox.options.egress = egress
  await channels.pause(owner(), line.tenant.channelId, { reason: 'férias' })
  await outbox.perform(effect.id)
  const resting = await outbox.row(effect.id)
  expect(resting).toMatchObject({ status: 'waiting', attempts: 0 })
  expect(resting!.rest).toBeGreaterThan(300)
  const told = await channels.dependents(owner(), line.tenant.channelId)
  expect(told).toMatchObject({
    waiting: 1,
    isLastOfKind: true,
    workflows: [{ name: WELCOME.name }],
  })
  await channels.resume(owner(), line.tenant.channelId, { reason: 'voltamos' })
  expect((await outbox.row(effect.id))!.rest).toBeLessThanOrEqual(0)
})

test('the workers are told of every deed, for another channel may be the one that sends now', async () => {
  const told: string[] = []
  const board = createNoticeBoard({ send: null, onError: () => {} })
  board.hearBy({ [CHANNELS.library]: (tenantId) => told.push(tenantId) })
  tellOn(line.pool, board)
  await channels.pause(owner(), line.tenant.channelId, { reason: 'férias' })
  await channels.resume(owner(), line.tenant.channelId, { reason: 'voltamos' })
  expect(told).toEqual([line.tenant.id, line.tenant.id])
})

test('a removed channel is forgotten: no secrets, its address free, nothing heard on it', async () => {
  await channels.remove(owner(), bot.id, { reason: 'trocamos de bot' })
  expect(await secretsOf(bot)).toEqual({})
  expect((await channels.list(owner())).items.map(({ id }) => id)).not.toContain(bot.id)
  const again = await channels.create(owner(), BOT)
  expect(again.id).not.toBe(bot.id)
})
