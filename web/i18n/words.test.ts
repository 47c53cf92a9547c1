// Names made at run time find their words: what the platform can say to people is said in their language.

import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ActorActionSchema } from '#machines/contracts/actor-actions.ts'
import { CONSENT_EVENT_TYPES, PLATFORM_EVENT_TYPES } from '#machines/contracts/event.ts'
import { NODE_KINDS, TRIGGER_KINDS } from '#machines/nodes/registry.ts'
import { isExplained } from '../ui/explain-error.ts'
import { wordsPtBR } from './pt-br-words.ts'
import { ERROR_CODES } from '#machines/contracts/errors.ts'

const ROOT = `${import.meta.dirname}/../../`
const keyOf = (type: string): string => type.replaceAll('.', '_')

/** Sources without their tests; they are read because this folder may not import them. */
function sourcesOf(...patterns: string[]): string {
  const files = globSync(patterns, { cwd: ROOT }).filter((file) => !file.includes('test'))
  expect(files.length).toBeGreaterThan(0)
  return files.map((file) => readFileSync(ROOT + file, 'utf8')).join('\n')
}

function missing(codes: Iterable<string>, words: object): string[] {
  return [...new Set(codes)].filter((code) => !Object.hasOwn(words, code))
}

test('Every note of a Step has words', () => {
  const union = /export type StepNote =([^]*?)\n\n/.exec(sourcesOf('actors/step.ts'))?.[1] ?? ''
  const notes = [...union.matchAll(/'(\w+)'/g)].map(([, note]) => note ?? '')
  expect(notes).toContain('nobody_waits')
  expect(missing(notes, wordsPtBR.notes)).toEqual([])
})

test('Every act of a person has words', () => {
  const acts = ActorActionSchema.options.flatMap(({ shape: { action } }) =>
    'values' in action ? [...action.values] : [],
  )
  expect(acts).toContain('give_back')
  expect(missing(acts, wordsPtBR.acts)).toEqual([])
})

test('Every event of the platform and every kind of node has words', () => {
  const types = [...PLATFORM_EVENT_TYPES, ...CONSENT_EVENT_TYPES]
  expect(missing(types.map(keyOf), wordsPtBR.events)).toEqual([])
  const kinds = [...NODE_KINDS, ...TRIGGER_KINDS].flatMap(({ type }) =>
    type === 'end' ? [] : [type],
  )
  expect(missing(kinds.map(keyOf), wordsPtBR.kinds)).toEqual([])
})

test('Every reason for which a send is refused or fails has words', () => {
  const sources = sourcesOf(
    'actors/*.ts',
    'machines/run/*.ts',
    'runtime/{outbox,connectors}/**/*.ts',
  )
  const codes = [...sources.matchAll(/(?:code:|failed\(|refuse\(|fail\()\s*'([A-Z]+_[A-Z0-9_]+)'/g)]
    .map(([, code]) => code ?? '')
    .filter((code) => !MIGRATION.test(code) && !INTERNAL.has(code))
  expect(codes).toContain('POLICY_OPTED_OUT')
  expect(missing(codes, wordsPtBR.failures)).toEqual([])
})

/** A migration tells its reasons in words of its own. */
const MIGRATION = /^(STATE|PATHS?|VERSION)_|^(EFFECT_PENDING|RUN_(?!MICROSTEPS))/
/** Broken promises of the program itself, which stop a worker and never a run. */
const INTERNAL: ReadonlySet<string> = new Set(['SNAPSHOT_VERSION', 'WEBHOOK_EVENT_ID_MISSING'])

test('Every refusal that this app can meet is explained', () => {
  const answers = Object.entries(ERROR_CODES).filter(([, { status }]) => status < 500)
  const unknown = answers.filter(([code]) => !ELSEWHERE.test(code) && !isExplained(code))
  expect(unknown.map(([code]) => code)).toEqual([])
})

/** Answers to other systems and to the public, and codes of effects, which have words as failures. */
const ELSEWHERE = /^(WEBHOOK|FORM|AI|EVENT|IDEMPOTENCY)_|^(ANSWER_INVALID|EXPRESSION_FAILED)$/
