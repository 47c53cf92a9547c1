// Recorded simulations kept with a workflow, and whether it still does what they say.

import type { Simulation } from '../contracts/simulation.ts'
import {
  type TestOutcome,
  type WorkflowTest,
  WorkflowTestsSchema,
} from '../contracts/workflow-tests.ts'
import { compile } from '../compile/compile.ts'
import { canonicalJson } from '../compile/hash.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { simulateCompiled } from './simulate.ts'

/** What is decided for all tests together, where a test does not say it itself. */
export interface TestSettings {
  /** IANA zone. */
  zone?: string
  /** Steps after which a test counts as failed. */
  maxSteps?: number
}

/** Runs one test; `steps` is what it cost. */
export type TestRunner = (test: WorkflowTest) => TestOutcome & { steps: number }

/**
 * Runs recorded tests.
 * @param tests list of `{name, script, start?, contact?, at?, zone?, expect: {status?, states?, messages?, vars?}}`
 * @returns one outcome per test; a list that is not of this form gives one failed outcome
 */
export function runTests(
  document: unknown,
  tests: unknown,
  settings: TestSettings = {},
): TestOutcome[] {
  const parsed = parseTests(tests)
  if ('message' in parsed) return [{ name: '', passed: false, message: parsed.message }]
  const run = createTestRunner(document, settings)
  return parsed.tests.map((test) => {
    const { name, passed, message } = run(test)
    return { name, passed, message }
  })
}

/** Compiles a document once, to run its tests one by one; in one that has errors every test fails. */
export function createTestRunner(document: unknown, settings: TestSettings = {}): TestRunner {
  const { workflow } = compile(document)
  return (test) => {
    const { name, expect } = test
    if (!workflow) return { name, passed: false, message: BROKEN, steps: 0 }
    const result = simulateCompiled(workflow, test.script, optionsOf(test, settings))
    const message = differenceOf(result, expect)
    return { name, passed: message === null, message, steps: result.steps.length }
  }
}

const BROKEN: Localized = { 'pt-BR': 'O fluxo tem erros.', en: 'The workflow has errors.' }

function parseTests(tests: unknown): { tests: WorkflowTest[] } | { message: Localized } {
  const parsed = WorkflowTestsSchema.safeParse(tests)
  if (parsed.success) return { tests: parsed.data }
  const [issue] = parsed.error.issues
  const detail = `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`
  return { message: say(`Os testes não estão certos: ${detail}`, `The tests are wrong: ${detail}`) }
}

function optionsOf(test: WorkflowTest, settings: TestSettings): object {
  const { name: _name, script: _script, expect: _expect, ...own } = test
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  return { ...settings, ...Object.fromEntries(given) }
}

function differenceOf(result: Simulation, expected: WorkflowTest['expect']): Localized | null {
  const [problem] = result.problems
  if (problem) {
    const { index, message } = problem
    if (index === null) return message
    return say(
      `Item ${index + 1} do roteiro: ${message['pt-BR']}`,
      `Entry ${index + 1} of the script: ${message.en}`,
    )
  }
  return (
    statusDifference(result, expected.status) ??
    messageDifference(result, expected.messages) ??
    statesDifference(result, expected.states) ??
    varsDifference(result, expected.vars)
  )
}

function statusDifference({ final }: Simulation, status: string | undefined): Localized | null {
  if (status === undefined || status === final.status) return null
  const why = final.error ? ` (${final.error.code}: ${final.error.message})` : ''
  return say(
    `Terminou como "${final.status}"${why}, esperava-se "${status}".`,
    `It ended as "${final.status}"${why}, expected was "${status}".`,
  )
}

function statesDifference({ final }: Simulation, states: string[] | undefined): Localized | null {
  if (!states || canonicalJson(states.toSorted()) === canonicalJson(final.states.toSorted())) {
    return null
  }
  const [found, wanted] = [final.states, states].map((list) => list.join(', '))
  return say(
    `Está em ${found}, esperava-se ${wanted}.`,
    `It is in ${found}, expected was ${wanted}.`,
  )
}

function messageDifference(result: Simulation, messages: string[] | undefined): Localized | null {
  if (!messages) return null
  const sent = result.transcript.filter(({ direction }) => direction === 'out')
  const count = Math.max(sent.length, messages.length)
  for (let index = 0; index < count; index += 1) {
    const [found, wanted] = [sent[index]?.text, messages[index]]
    if (found !== undefined && wanted !== undefined && found.includes(wanted)) continue
    const pt = found === undefined ? 'não foi enviada' : `diz "${found}"`
    const en = found === undefined ? 'was not sent' : `says "${found}"`
    return say(
      `A mensagem ${index + 1} ${pt}, ${wanted === undefined ? 'não se esperava nenhuma' : `esperava-se "${wanted}"`}.`,
      `Message ${index + 1} ${en}, ${wanted === undefined ? 'none was expected' : `expected was "${wanted}"`}.`,
    )
  }
  return null
}

function varsDifference(
  { final }: Simulation,
  vars: WorkflowTest['expect']['vars'],
): Localized | null {
  for (const [name, wanted] of Object.entries(vars ?? {})) {
    const found = Object.hasOwn(final.vars, name) ? final.vars[name] : null
    if (canonicalJson(found) === canonicalJson(wanted)) continue
    const [is, was] = [JSON.stringify(found), JSON.stringify(wanted)]
    return say(
      `A variável "${name}" é ${is}, esperava-se ${was}.`,
      `The variable "${name}" is ${is}, expected was ${was}.`,
    )
  }
  return null
}

function say(pt: string, en: string): Localized {
  return { 'pt-BR': pt, en }
}
