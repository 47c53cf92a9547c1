import { expect, test } from 'vitest'
import { MAX_JOURNAL_BYTES, MAX_SNAPSHOT_BYTES } from '#machines/contracts/limits.ts'
import type { Batch } from './claim-batch.ts'
import { shardOf } from './shard-of.ts'
import { splitInHalves } from './split-batch.ts'
import { type WorkedContact, workBatch } from './work-batch.ts'

const LIBRARY = { zone: 'UTC', published: [], version: () => undefined }

function batchOf(...payloads: unknown[][]): Batch {
  const contacts = payloads.map((given, index) => {
    const contactId = `cnt_${index}`
    const envelopes = given.map((payload, n) => {
      const envelope = {
        event_id: `evt_${index}_${n}`,
        tenant_id: 'tnt_t',
        contact_id: contactId,
        type: 'timer.fired',
        source: 'test',
        occurred_at: '2026-01-15T12:00:00.000Z',
        correlation_id: 'evt',
        payload: payload as never,
      }
      const text = JSON.stringify(envelope)
      return { id: index * 100 + n, shard: 1, attempts: 0, envelope, text }
    })
    return { tenantId: 'tnt_t', contactId, shard: 1, stored: null, envelopes }
  })
  return { now: '2026-01-15T12:00:00.000Z', contacts }
}

const work = (...payloads: unknown[][]): WorkedContact[] =>
  workBatch(batchOf(...payloads), () => LIBRARY)

test('a contact that throws stops at its envelope; the others are worked whole', () => {
  const [sick, healthy] = work([{}, null, {}], [{}, {}])
  expect(sick).toMatchObject({
    consumed: [0],
    poison: { envelope: { id: 1 }, reason: expect.stringMatching(/Type/) },
  })
  expect(healthy).toMatchObject({ consumed: [100, 101], poison: null })
  expect(healthy?.state?.seq).toBe(2)
})

test('what a Step has to tell may be so large and no larger, and the contact stops at that envelope', () => {
  const large = { text: 'é'.repeat(MAX_JOURNAL_BYTES / 2) }
  const [worked] = work([{}, large, {}])
  expect(worked).toMatchObject({
    consumed: [0],
    poison: { envelope: { id: 1 }, reason: expect.stringMatching(/^JOURNAL_TOO_LARGE: /) },
  })
  expect(worked?.state?.seq).toBe(1)
})

test('a contact may grow so large and no larger; what it did before stays', () => {
  const batch = batchOf([{}, {}, {}, {}, {}, {}])
  for (const [n, { envelope }] of (batch.contacts[0]?.envelopes ?? []).entries()) {
    const notes = 'x'.repeat((n * MAX_SNAPSHOT_BYTES) / 4)
    envelope.contact = { name: null, phone: null, email: null, tags: [], fields: { notes } }
  }
  const [worked] = workBatch(batch, () => LIBRARY)
  expect(worked).toMatchObject({
    consumed: [0, 1, 2, 3],
    poison: { envelope: { id: 4 }, reason: expect.stringMatching(/^SNAPSHOT_TOO_LARGE: /) },
  })
  expect(String(worked?.stateText)).toBe(JSON.stringify(worked?.steps[3]?.state))
  expect(worked?.entries).toHaveLength(4)
})

test('an entry says what its Step says, and the envelope word for word as it came', () => {
  const [worked] = work([{ n: 1 }, {}])
  expect(worked?.entries.map((entry) => JSON.parse(String(entry)) as unknown)).toEqual(
    worked?.steps.map(({ journal }) => journal),
  )
})

test('a refused batch is halved until one Step of one contact is left, and that one becomes poison', () => {
  const worked = work([{}], [{}, {}, {}], [{}])
  const refusal = new Error('refused')
  expect(
    splitInHalves(worked, refusal).map((half) => half.map((contact) => contact.work.contactId)),
  ).toEqual([['cnt_0', 'cnt_1'], ['cnt_2']])
  const [[half] = []] = splitInHalves(worked.slice(1, 2), refusal)
  expect(half).toMatchObject({ consumed: [100, 101], poison: null })
  expect(half?.state?.seq).toBe(2)
  const [[poisoned] = []] = splitInHalves(worked.slice(0, 1), refusal)
  expect(poisoned).toMatchObject({
    steps: [],
    consumed: [],
    poison: { envelope: { id: 0 }, reason: 'refused' },
  })
  expect(() => splitInHalves(poisoned ? [poisoned] : [], refusal)).toThrow(refusal)
})

test('the shard of a contact is fixed for ever, and contacts spread over all 256', () => {
  expect(shardOf('tnt_demo', 'cnt_1')).toBe(4)
  const shards = new Set(Array.from({ length: 5_000 }, (_, n) => shardOf('tnt_demo', `cnt_${n}`)))
  expect(shards.size).toBe(256)
})
