import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Envelope } from '../contracts/envelope.ts'
import { type Golden, goldenOf } from '../testing/golden.ts'
import { NODE_KINDS, TRIGGER_KINDS, triggerKindOf } from './registry.ts'

const FOLDER = new URL('./golden/', import.meta.url)
const NODE_FILES = NODE_KINDS.map(({ type }) => `${type}.json`)
const TRIGGER_FILES = TRIGGER_KINDS.map(({ type }) => `trigger.${type}.json`)
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))

interface TriggerGolden {
  trigger: { type: string }
  eventType: string
  summary: string
  starts: Partial<Envelope>[]
  ignores: Partial<Envelope>[]
}

test('every kind has its golden file, and every golden file its kind', () => {
  const expected = [...NODE_FILES, ...TRIGGER_FILES]
  expect(expected.filter((file) => !existsSync(new URL(file, FOLDER)))).toEqual([])
  expect(readdirSync(FOLDER).filter((file) => !expected.includes(file))).toEqual([])
})

test.each(NODE_FILES)('%s says what the kind makes of its node', (file) => {
  const golden = read(file) as Golden
  expect(`${golden.node.type}.json`).toBe(file)
  expect(goldenOf(golden)).toEqual(golden)
})

test.each(TRIGGER_FILES)('%s says which envelopes start a run', (file) => {
  const golden = read(file) as TriggerGolden
  expect(`trigger.${golden.trigger.type}.json`).toBe(file)
  const kind = triggerKindOf(golden.trigger.type)
  if (!kind) throw new Error(`no trigger ${golden.trigger.type}`)
  const trigger = kind.schema.parse(golden.trigger)
  expect(kind.eventTypeOf?.(trigger) ?? kind.eventType).toBe(golden.eventType)
  expect(kind.summarize(trigger)).toBe(golden.summary)
  const isStartedBy = (changed: Partial<Envelope>) =>
    kind.matches(trigger, { ...ENVELOPE, type: golden.eventType, ...changed })
  for (const changed of golden.starts)
    expect(isStartedBy(changed), JSON.stringify(changed)).toBe(true)
  for (const changed of golden.ignores)
    expect(isStartedBy(changed), JSON.stringify(changed)).toBe(false)
})

const ENVELOPE: Envelope = {
  event_id: 'evt_1',
  tenant_id: 'tnt_1',
  contact_id: 'cnt_1',
  type: '',
  source: 'instagram',
  occurred_at: '2026-03-10T12:00:00Z',
  correlation_id: 'evt_1',
  payload: {},
}
