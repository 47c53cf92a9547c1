// The provider: refuses, breaks, hangs and flaps for one company; reports statuses often, early and in reverse.

import { type Fault, NOTHING_LEFT, type Scene, UNCERTAIN } from '../fault.ts'
import type { ArrivalRecord, HistoryRecord } from '../history.ts'
import { phonePrefix } from '../load/generator.ts'
import { hang, type Knock, type Refusal } from '../stage/provider.ts'
import { sleep, waitFor } from '../stage/time.ts'
import { percentile } from './redis.ts'

const RETRY_AFTER = 2
const MOST_ATTEMPTS = 10
/** A machine that does other things as well is not this even. */
const EVENNESS = { share: 1.2, ms: 250 }

type Mood = '429' | '500' | 'hang' | 'flap'
const MOODS: readonly Mood[] = ['500', 'flap', '429', 'hang']

export const badProvider: Fault = {
  id: 'F16',
  name: 'provider refuses one company',
  how: '429 with Retry-After, 500, no answer, and every second one refused, for the sends of one company of two',
  evidence: ['answers 429', 'answers 500', 'sends left hanging'],
  conditions: [
    'Retry-After is honoured',
    'at most 10 attempts for each effect',
    'the other company waits at most 20 % (and 250 ms) longer at p99',
  ],
  maxDelayMs: 75_000,
  allow: UNCERTAIN,
  rate: 15,
  inject: async (scene) => {
    const { stage } = scene
    const victim = stage.companies[0]?.id
    const mark = stage.history.records.length
    const calm = delaysOf(stage.history.records.slice(-2_000), victim)
    for (const mood of MOODS) {
      let isOver = false
      let turn = 0
      stage.provider.guard = (knock) => {
        if (knock.tenantId !== victim) return null
        turn += 1
        return refusalOf(scene, { mood, turn, knock, isOver: () => isOver })
      }
      scene.mark('begin', mood)
      await sleep(Math.max(3_000, scene.lengthMs / MOODS.length))
      isOver = true
      stage.provider.guard = () => null
      scene.mark('end', mood)
      await untilSending(scene, victim)
    }
    const records = stage.history.since(mark)
    inspectRetries(scene, records)
    const [before, during] = [percentile(calm, 0.99), percentile(delaysOf(records, victim), 0.99)]
    scene.atMost('other company p99 ms', Math.round(during))
    const limit = (before * EVENNESS.share + EVENNESS.ms) * scene.patience
    if (calm.length > 0 && during > limit)
      scene.complain(
        `the other company waited ${Math.round(during)} ms at p99, before ${before} ms`,
      )
  },
}

/** Breaker and pause of the number are over. */
const BACK_MS = 30_000

async function untilSending({ stage, patience }: Scene, tenantId: string | undefined) {
  const mark = stage.history.records.length
  await waitFor(() => {
    const records = stage.history.since(mark)
    const isBack = records.some(
      (one) => one.type === 'arrival' && one.isAccepted && one.tenantId === tenantId,
    )
    return isBack || null
  }, BACK_MS * patience)
}

function refusalOf(
  scene: Scene,
  given: { mood: Mood; turn: number; knock: Knock; isOver: () => boolean },
): Promise<Refusal> | Refusal | null {
  const { mood, turn, isOver } = given
  if (mood === 'hang') {
    scene.count('sends left hanging')
    return hang(isOver)
  }
  if (mood === 'flap' && turn % 2 === 0) return null
  const status = mood === '429' ? 429 : 500
  scene.count(`answers ${status}`)
  return status === 429 ? { status, retryAfter: RETRY_AFTER } : { status }
}

/** Waiting times from the answer to a lead or message until its message is at the provider, but for the victim. */
function delaysOf(records: readonly HistoryRecord[], victim: string | undefined): number[] {
  const begun = new Map<string, number>()
  const delays: number[] = []
  const tokens = new Map<string, string>()
  for (const record of records) {
    if (record.type === 'invoke' && record.kind !== 'purchase' && record.tenantId !== victim)
      tokens.set(record.key, record.token)
    if (record.type === 'ok') {
      const token = tokens.get(record.key)
      if (token !== undefined && !begun.has(token)) begun.set(token, record.t)
    }
    if (record.type !== 'arrival' || !record.isAccepted) continue
    const token = record.text.replace(/^(Oi, |Recebido: )/, '').replace(/!$/, '')
    const since = begun.get(token)
    if (since !== undefined) delays.push(record.t - since)
  }
  return delays
}

function inspectRetries(scene: Scene, records: HistoryRecord[]): void {
  const arrivals = records.filter((record) => record.type === 'arrival')
  for (const tries of Map.groupBy(arrivals, ({ effectId }) => effectId).values()) {
    if (tries.length > MOST_ATTEMPTS)
      scene.complain(`${tries[0]?.effectId} was tried ${tries.length} times`)
    if (tries.some((one, index) => isHasty(one, tries[index + 1])))
      scene.complain(`${tries[0]?.effectId} did not wait for Retry-After`)
  }
}

function isHasty(one: ArrivalRecord, next: ArrivalRecord | undefined): boolean {
  return one.status === 429 && next !== undefined && next.t - one.t < RETRY_AFTER * 1000 - 100
}

/** Longer than the sandbox's first statuses take, so that they come before the answer. */
const ANSWER_LATE_MS = 300

export const wildStatuses: Fault = {
  id: 'F17',
  name: 'statuses repeated and reversed',
  how: 'each status five times, the last one first, all of them before the answer to the send',
  evidence: ['sends with wild statuses', 'statuses in the journal'],
  conditions: ['a message never goes back in its status', 'the workflow sees each status once'],
  maxDelayMs: 5_000,
  allow: NOTHING_LEFT,
  rate: 10,
  inject: async (scene) => {
    const answers = [
      { duplicateStatuses: 5, reorderStatuses: true, hang: ANSWER_LATE_MS, times: 10_000 },
    ]
    const mark = scene.stage.history.records.length
    await scene.stage.provider.script(answers)
    await sleep(scene.lengthMs)
    const sends = scene.stage.history.since(mark).filter(({ type }) => type === 'arrival')
    scene.count('sends with wild statuses', sends.length)
  },
  inspect: async (scene) => {
    const { stage } = scene
    const like = `${phonePrefix(scene.run)}%`
    let low: { status: string }[] = []
    await waitFor(async () => {
      low = await stage.query<{ status: string }>(NOT_READ, [like])
      return low.length === 0 ? true : null
    }, READ_MS * scene.patience)
    if (low.length > 0)
      scene.complain(`${low.length} messages ended as ${low[0]?.status}, not read`)
    const seen = await stage.query<{ effect_id: string; status: string }>(STATUSES, [like])
    scene.count('statuses in the journal', seen.length)
    const words = seen.map((row) => `${row.effect_id} ${row.status}`)
    const twice = words.length - new Set(words).size
    if (twice > 0) scene.complain(`${twice} statuses reached a workflow twice`)
  },
}

/** The last status of the last send. */
const READ_MS = 10_000

const STATUSES = `select j.entry->'envelope'->'payload'->>'effectId' as effect_id,
    j.entry->'envelope'->'payload'->>'status' as status
  from journal j join contacts c on c.tenant_id = j.tenant_id and c.id = j.contact_id
  where c.phone_e164 like $1 and j.event_type = 'message.status' order by j.contact_id, j.seq`

const NOT_READ = `select m.status from messages m
  join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
  where c.phone_e164 like $1 and m.direction = 'out' and m.status <> 'read'`
