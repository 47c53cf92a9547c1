import { expect, test } from 'vitest'
import type { Batch } from './claim-batch.ts'
import { shardOf } from './shard-of.ts'
import { splitInHalves } from './split-batch.ts'
import { type WorkedContact, workBatch } from './work-batch.ts'

const LIBRARY = { zone: 'UTC', published: [], version: () => undefined }

function batchOf(...payloads: unknown[][]): Batch {
  const contacts = payloads.map((given, index) => {
    const contactId = `cnt_${index}`
    const envelopes = given.map((payload, n) => ({
      id: index * 100 + n,
      shard: 1,
      attempts: 0,
      envelope: {
        event_id: `evt_${index}_${n}`,
        tenant_id: 'tnt_t',
        contact_id: contactId,
        type: 'timer.fired',
        source: 'test',
        occurred_at: '2026-01-15T12:00:00.000Z',
        correlation_id: 'evt',
        payload: payload as never,
      },
    }))
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
