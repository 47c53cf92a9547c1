// What comes in: poison, huge bodies, ten thousand copies.

import { randomUUID } from 'node:crypto'
import { measureDelays } from '../check/liveness.ts'
import { type Fault, NOTHING_LEFT, type Scene } from '../fault.ts'
import type { Input } from '../history.ts'
import { phonePrefix } from '../load/generator.ts'
import { requestOf, signedRequest, whatsappRequest } from '../load/requests.ts'
import type { Company } from '../stage/company.ts'
import { sleep, waitFor } from '../stage/time.ts'
import { percentile } from './redis.ts'

/** Contacts of the faults' own; the load counts from 1. */
const OWN = 90_000
const SICK_SHARE = 0.01
const PARKED_MS = 20_000
const MOST_TRIES = 3

export function ownInput(
  { run }: Pick<Scene, 'run'>,
  company: Company,
  own: { number: number; kind: Input['kind']; mark: string },
): Input {
  const name = `C${run}x${OWN + own.number}`
  return {
    key: `fk.${run}.${OWN + own.number}.${own.mark}`,
    kind: own.kind,
    tenantId: company.id,
    phone: `${phonePrefix(run)}${OWN + own.number}`,
    token: own.kind === 'message' ? `${name}-${own.mark}` : name,
  }
}

export const poison: Fault = {
  id: 'F18',
  name: 'poison',
  how: 'events that no transition survives, laid into the mailbox of some contacts between their own messages',
  evidence: ['events laid', 'parked with a reason', 'let through afterwards'],
  conditions: [
    'parked after at most three tries, with a reason',
    'later events of that contact wait in order until it is taken out, all others go on',
  ],
  maxDelayMs: 2_000,
  allow: NOTHING_LEFT,
  inject: async (scene) => {
    const { stage, sender } = scene
    const count = Math.max(2, Math.round((scene.lengthMs / 1000) * 25 * SICK_SHARE))
    const sick = Array.from({ length: count }, (_, number) => {
      const company = scene.chance.pick(stage.companies)
      const message = (mark: string): Input =>
        ownInput(scene, company, { number, kind: 'message', mark })
      return { company, before: message('before'), after: message('after') }
    })
    await Promise.all(sick.map(({ company, before }) => sender.deliver(before, company)))
    for (const { company, before } of sick) {
      await layPoison(scene, company.id, before.phone)
      scene.count('events laid')
    }
    scene.mark('begin', 'poison')
    const mark = stage.history.records.length
    await Promise.all(sick.map(({ company, after }) => sender.deliver(after, company)))
    await sleep(scene.lengthMs)
    inspectHealthy(scene, mark)
    await inspectParked(scene, count)
    const rows = await stage.query('delete from mailbox where parked_at is not null returning id')
    scene.mark('end', 'poison')
    scene.count('let through afterwards', rows.length)
  },
}

async function layPoison({ stage }: Scene, tenantId: string, phone: string): Promise<void> {
  const id = `evt_${randomUUID().replaceAll('-', '').slice(0, 26)}`
  const rows = await stage.query(LAY, [tenantId, phone, id])
  if (rows.length !== 1) throw new Error(`${phone} is nobody of ${tenantId}`)
}

const HEALTHY_MS = 2_000

/** Nobody else waits for the sick ones. */
function inspectHealthy(scene: Scene, mark: number): void {
  const history = scene.stage.history.since(mark)
  const { longest: delay } = measureDelays({ history, windows: [], unsure: new Set() })
  scene.atMost('longest delay of the others ms', delay)
  if (delay > HEALTHY_MS * scene.patience) scene.complain(`others waited ${delay} ms`)
}

async function inspectParked(scene: Scene, count: number): Promise<void> {
  const { stage } = scene
  const like = `${phonePrefix(scene.run)}%`
  const rows = await waitFor(async () => {
    const found = await stage.query<{ attempts: number; reason: string | null; behind: number }>(
      PARKED,
      [like],
    )
    return found.length === count ? found : null
  }, PARKED_MS * scene.patience)
  if (!rows) {
    scene.complain(`not all of ${count} poisoned events were parked`)
    return
  }
  const reasoned = rows.filter(({ reason }) => reason !== null && reason !== '')
  scene.count('parked with a reason', reasoned.length)
  const tries = Math.max(...rows.map(({ attempts }) => attempts))
  if (tries > MOST_TRIES) scene.complain(`a poisoned event was tried ${tries} times`)
  const overtaken = rows.filter(({ behind }) => behind === 0)
  if (overtaken.length > 0)
    scene.complain(`${overtaken.length} poisoned events were overtaken by a later one`)
}

const LAY = `insert into mailbox (tenant_id, contact_id, shard, envelope)
  select c.tenant_id, c.id, c.shard, json_build_object('event_id', $3::text, 'tenant_id', c.tenant_id,
    'contact_id', c.id, 'type', 'timer.fired', 'source', 'faults', 'occurred_at', now(),
    'correlation_id', $3::text, 'payload', null)
  from contacts c where c.tenant_id = $1 and c.phone_e164 = $2 returning id`

const PARKED = `select m.attempts, d.reason,
    (select count(*) from mailbox later where later.contact_id = m.contact_id and later.id > m.id) as behind
  from mailbox m join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
  left join dead_letters d on d.tenant_id = m.tenant_id and d.id = m.envelope->>'event_id'
  where m.parked_at is not null and c.phone_e164 like $1`

const MEGABYTE = 1024 * 1024
const GROWTH_BYTES = 50 * MEGABYTE
/** What a garbage collector leaves lying for a while. */
const SLACK_BYTES = 100 * MEGABYTE

export const hugeInputs: Fault = {
  id: 'F19',
  name: 'huge inputs',
  how: 'a webhook of 2.9 MB, one with 1,000 changes, leads of 200 and of 300 kB, 1,000 events for one contact',
  evidence: [
    'large webhooks',
    'changes in one webhook',
    'events for one contact',
    'refused as too large',
  ],
  conditions: ['no answer is 5xx but 503', 'memory grows by at most 150 MB'],
  maxDelayMs: 10_000,
  allow: NOTHING_LEFT,
  rate: 10,
  inject: async (scene) => {
    const { stage } = scene
    const members = [...stage.gateways, ...stage.workers]
    const before = members.map((member) => member.memory())
    const [company] = stage.companies
    if (!company) return
    scene.mark('begin', 'huge')
    await sendLarge(scene, company)
    await sendLargeLead(scene, company)
    await sendMany(scene, company)
    await crowd(scene, company)
    await sleep(scene.lengthMs)
    scene.mark('end', 'huge')
    const growth = Math.max(
      ...members.map((member, index) => member.memory() - (before[index] ?? 0)),
    )
    scene.atMost('growth MB', Math.round(growth / MEGABYTE))
    if (growth > GROWTH_BYTES + SLACK_BYTES)
      scene.complain(`a process grew by ${Math.round(growth / MEGABYTE)} MB`)
  },
}

/** Far from the phones that are checked: what becomes of these is only that they are answered. */
const STRANGER = '+5521990000001'

async function sendLarge({ stage, sender, count, complain }: Scene, company: Company) {
  const url = stage.gateways[0]?.baseUrl ?? ''
  const id = `wamid.${randomUUID()}`
  const text = 'x'.repeat(Math.floor(2.9 * MEGABYTE))
  const webhook = whatsappRequest(company, [{ id, phone: STRANGER, text, name: 'Big' }])
  const webhookAnswer = await sender.post(url, webhook)
  if (webhookAnswer.status >= 200 && webhookAnswer.status < 300) count('large webhooks')
  else complain(`a webhook of 2.9 MB was answered ${webhookAnswer.status}`)
  const tooLarge = JSON.stringify({
    event_id: randomUUID(),
    phone_e164: STRANGER,
    blob: blobOf(300),
  })
  const refused = await sender.post(url, signedRequest('leads', company, tooLarge))
  if (refused.status === 413) count('refused as too large')
  else complain(`a lead of 300 kB was answered ${refused.status}`)
}

/** A lead just below the limit is one like any other. */
async function sendLargeLead(scene: Scene, company: Company): Promise<void> {
  const { stage, sender } = scene
  const input = ownInput(scene, company, { number: 500, kind: 'lead', mark: 'large' })
  const { key, token, phone } = input
  const body = { event_id: key, name: token, phone_e164: phone, blob: blobOf(200) }
  stage.history.add({ type: 'invoke', ...input })
  for (let attempt = 1; attempt <= 5; attempt++) {
    const signed = signedRequest('leads', company, JSON.stringify(body))
    const { status, ms } = await sender.post(stage.gateways[0]?.baseUrl ?? '', signed)
    if (status === 200) {
      stage.history.add({ type: 'ok', key, attempt, status, ms })
      return
    }
    await sleep(500)
  }
  scene.complain('a lead of 200 kB was never taken')
}

function blobOf(kilobytes: number): string {
  return 'y'.repeat(kilobytes * 1024)
}

const CHANGES = { short: 100, long: 1_000 }

/** Each change is a message of a contact of its own, which the checker expects an answer to. */
async function sendMany(scene: Scene, company: Company): Promise<void> {
  const { stage, sender } = scene
  const count = scene.isShort ? CHANGES.short : CHANGES.long
  const inputs = Array.from({ length: count }, (_, number) =>
    ownInput(scene, company, { number: 1_000 + number, kind: 'message', mark: 'c' }),
  )
  for (const input of inputs) stage.history.add({ type: 'invoke', ...input })
  const messages = inputs.map(({ key, phone, token }) => {
    return { id: key, phone, text: token, name: token.split('-')[0] ?? '' }
  })
  const url = stage.gateways[1]?.baseUrl ?? ''
  for (let attempt = 0; attempt < 5; attempt++) {
    const { status, ms } = await sender.post(url, whatsappRequest(company, messages))
    if (status >= 200 && status < 300) {
      for (const { key } of inputs) stage.history.add({ type: 'ok', key, attempt: 1, status, ms })
      scene.count('changes in one webhook', count)
      return
    }
    await sleep(500)
  }
  scene.complain(`a webhook with ${count} changes was never taken`)
}

const CROWD = { short: 100, long: 1_000 }

async function crowd(scene: Scene, company: Company): Promise<void> {
  const count = scene.isShort ? CROWD.short : CROWD.long
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const input = ownInput(scene, company, { number: 0, kind: 'purchase', mark: `p${index}` })
      await scene.sender.deliver(input, company)
    }),
  )
  scene.count('events for one contact', count)
}

const COPIES = { short: 1_000, long: 10_000 }
const CONNECTIONS = 50
const COPIES_MS = { short: 2_500, long: 10_000 }
const ACK_P99_MS = 250

export const copies: Fault = {
  id: 'F20',
  name: 'copies of one webhook',
  how: '10,000 copies (short: 1,000) of one message over 50 connections, across a restart of a gateway',
  evidence: ['copies sent', 'copies answered', 'gateways restarted'],
  conditions: ['one event and one effect', 'answered within 250 ms at p99'],
  maxDelayMs: 5_000,
  allow: NOTHING_LEFT,
  rate: 10,
  inject: async (scene) => {
    const { stage, chance } = scene
    const [company] = stage.companies
    if (!company) return
    const total = scene.isShort ? COPIES.short : COPIES.long
    const length = scene.isShort ? COPIES_MS.short : COPIES_MS.long
    const input = ownInput(scene, company, { number: 0, kind: 'message', mark: 'copies' })
    stage.history.add({ type: 'invoke', ...input })
    const restart = sleep(length / 2).then(() => restartGateway(scene))
    const times: number[] = []
    const pause = (length * CONNECTIONS) / total
    const sendSome = async (): Promise<void> => {
      for (let copy = 0; copy < total / CONNECTIONS; copy++) {
        const begun = performance.now()
        const ms = await sendCopy(scene, input, company)
        if (ms !== null) times.push(ms)
        await sleep(Math.max(0, pause * (0.5 + chance.next()) - (performance.now() - begun)))
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, sendSome))
    await restart
    const p99 = Math.round(percentile(times, 0.99))
    scene.atMost('ack p99 ms', p99)
    if (!scene.isShort && p99 > ACK_P99_MS * scene.patience)
      scene.complain(`copies were answered in ${p99} ms at p99`)
  },
}

/** @returns how long the answer took; null without one */
async function sendCopy(scene: Scene, input: Input, company: Company): Promise<number | null> {
  const { stage, sender } = scene
  const running = stage.gateways.filter((gateway) => gateway.isUp())
  const { status, ms } = await sender.post(
    scene.chance.pick(running).baseUrl,
    requestOf(input, company),
  )
  scene.count('copies sent')
  if (status === 0) return null
  scene.count('copies answered')
  if (status >= 300) {
    scene.count(`answered ${status}`)
    if (status !== 503) scene.complain(`a copy was answered ${status}`)
    return null
  }
  stage.history.add({
    type: 'ok',
    key: input.key,
    attempt: 1,
    status,
    ms: Math.round(ms),
  })
  return ms
}

async function restartGateway(scene: Scene): Promise<void> {
  const gateway = scene.chance.pick(scene.stage.gateways)
  scene.mark('begin', gateway.name)
  gateway.signal('SIGTERM')
  await gateway.ended()
  await gateway.start()
  scene.mark('end', gateway.name)
  scene.count('gateways restarted')
}
