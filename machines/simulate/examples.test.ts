// The library of examples: each compiles, does what its recorded tests say, and keeps doing so when things come twice,
// late or after a restart.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { compile } from '../compile/compile.ts'
import type { WorkflowDocument } from '../contracts/workflow.ts'
import { type WorkflowTest, WorkflowTestsSchema } from '../contracts/workflow-tests.ts'
import { chaos } from './chaos.ts'
import type { ChaosKind } from './disturbances.ts'
import { paths } from './paths.ts'
import { simulateCompiled } from './simulate.ts'
import { runTests } from './workflow-tests.ts'

const FOLDER = new URL('../../examples/', import.meta.url)
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
const documentOf = (name: string) => read(`${name}.json`) as WorkflowDocument
const testsOf = (name: string) => WorkflowTestsSchema.parse(read(`${name}.tests.json`))

const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json') && !file.endsWith('.tests.json'))
  .map((file) => file.replace(/\.json$/, ''))
/** As the seed wrote it, with one node missing; `nurture` is the whole one. */
const SEED = 'seed-nurture'
const WHOLE = NAMES.filter((name) => name !== SEED)

/** Warnings that are meant to stand there. */
const WARNINGS: Record<string, string[]> = {
  // The smallest example: what is not said, it shows.
  'lead-welcome': [
    'FAILURE_UNHANDLED boas_vindas',
    'FAILURE_UNHANDLED reforco',
    'WINDOW_MAYBE_CLOSED reforco',
  ],
  // The seed's own text; without a window a person takes over just the same.
  nurture: ['WINDOW_MAYBE_CLOSED n5'],
  // It is called from within conversations; alone it may meet a closed window and then ends without an address.
  'address-by-cep': ['WINDOW_MAYBE_CLOSED pede_cep'],
}

/** Ways that no run takes: what would fail here failed at the wait before. */
const UNREACHED: Record<string, string[]> = { 'billing-reminder': ['ate_vencer:error'] }

/** What the world does by itself: crashes, results twice, late and in another order. */
const WORLD: ChaosKind[] = ['restart', 'result twice', 'late results', 'results in another order']
const TWICE: ChaosKind[] = ['event twice', 'event again']
/** Conversations in which one question follows another: who writes twice answers both. */
const CONVERSATIONS = new Set([
  'appointment',
  'lead-qualification',
  'nps',
  'opt-in',
  'order-tracking',
  'service-menu',
])

const optionsOf = ({ start, contact, at, zone }: WorkflowTest) =>
  Object.fromEntries(
    Object.entries({ start, contact, at, zone }).filter(([, value]) => value !== undefined),
  )

test('there are at least twelve besides the excerpt, each with an id and a name of its own', () => {
  expect(WHOLE.length).toBeGreaterThanOrEqual(12)
  const documents = NAMES.map(documentOf)
  expect(new Set(documents.map(({ id }) => id)).size).toBe(NAMES.length)
  expect(new Set(documents.map(({ name }) => name)).size).toBe(NAMES.length)
})

test('the excerpt of the seed names one node that it lacks, and the whole one keeps all of the rest', () => {
  const seed = documentOf(SEED)
  const errors = compile(seed).diagnostics.filter(({ severity }) => severity === 'error')
  expect(errors).toMatchObject([{ code: 'TARGET_MISSING', nodeId: 'n5', path: '$.nodes[4].next' }])
  const whole = documentOf('nurture')
  expect(whole.trigger).toEqual(seed.trigger)
  for (const node of seed.nodes) expect(whole.nodes).toContainEqual(expect.objectContaining(node))
})

describe.each(WHOLE)('the example %s', (name) => {
  const document = documentOf(name)
  const tests = testsOf(name)

  it('compiles, and warns of what it means to', () => {
    const found = compile(document).diagnostics.map(
      ({ severity, code, nodeId }) => `${severity === 'error' ? 'error ' : ''}${code} ${nodeId}`,
    )
    expect(found.toSorted()).toEqual(WARNINGS[name] ?? [])
  })

  it('has generated paths to every state', () => {
    const { states, unreached } = paths(document)
    expect(states.reached).toBe(states.total)
    expect(unreached.map(({ id }) => id)).toEqual(UNREACHED[name] ?? [])
  })

  it('does what its recorded tests say', () => {
    expect(tests.length).toBeGreaterThanOrEqual(4)
    expect(runTests(document, tests).filter(({ passed }) => !passed)).toEqual([])
  })

  it('is entered in every state by them', () => {
    const { workflow } = compile(document)
    const play = (each: WorkflowTest) =>
      workflow && simulateCompiled(workflow, each.script, optionsOf(each))
    const entered = new Set(
      tests.flatMap((each) => play(each)?.steps.flatMap(({ path }) => path) ?? []),
    )
    expect(document.nodes.map(({ id }) => id).filter((id) => !entered.has(id))).toEqual([])
  })

  it.each(tests.map((each) => [each.name, each] as const))('stands chaos: %s', (_, each) => {
    const options = optionsOf(each)
    expect(chaos(document, each.script, { ...options, kinds: WORLD })).toBeNull()
    const twice = chaos(document, each.script, { ...options, kinds: TWICE })
    if (!CONVERSATIONS.has(name)) return expect(twice).toBeNull()
    // Whatever other systems tell twice changes nothing; only the contact's own words may.
    if (twice) expect(each.script[twice.index ?? -1]).toHaveProperty('message')
  })
})
