import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../contracts/api.ts'
import { simulate } from '../../simulate/simulate.ts'
import { applyPatch } from '../../testing/json-patch.ts'
import { compile } from '../compile.ts'
import { DIAGNOSTIC_CODES } from '../diagnostics.ts'
import type { KnownTemplate, KnownWorkflow, Surroundings } from '../surroundings.ts'

const FOLDER = new URL('./golden/', import.meta.url)
const FILES = DIAGNOSTIC_CODES.map((code) => `${code}.json`)

interface Golden {
  document: { nodes: unknown[] }
  /** How often the first node stands in the document; left out: once. */
  times?: number
  /** What the tenant has; left out: not known. */
  surroundings?: { channels: string[]; templates: KnownTemplate[]; workflows: KnownWorkflow[] }
  expected: Diagnostic
}

function read(file: string): Golden {
  const golden = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Golden
  const { document, times } = golden
  if (times === undefined) return golden
  return { ...golden, document: { ...document, nodes: Array(times).fill(document.nodes[0]) } }
}

function around({ surroundings }: Golden): Surroundings | undefined {
  return surroundings && { ...surroundings, channels: new Set(surroundings.channels) }
}

/** Findings of the kind that the file is about. */
function found(document: unknown, golden: Golden): Diagnostic[] {
  const { diagnostics } = compile(document, around(golden))
  return diagnostics.filter(({ code }) => code === golden.expected.code)
}

test('every code has its golden file, and every golden file its code', () => {
  expect(FILES.filter((file) => !existsSync(new URL(file, FOLDER)))).toEqual([])
  expect(readdirSync(FOLDER).filter((file) => !FILES.includes(file))).toEqual([])
})

test.each(FILES)('%s says what is found, where, the way out and the way there', (file) => {
  const golden = read(file)
  expect(`${golden.expected.code}.json`).toBe(file)
  expect(found(golden.document, golden)).toEqual([golden.expected])
})

test.each(FILES.filter((file) => read(file).expected.fix))('%s: its fix is one', (file) => {
  const golden = read(file)
  const fixed = applyPatch(golden.document, golden.expected.fix ?? [])
  expect(found(fixed, golden)).toEqual([])
  const before = errorsOf(golden.document, golden)
  const news = errorsOf(fixed, golden).filter((code) => !before.includes(code))
  expect(news, 'errors that the fix brings').toEqual([])
})

function errorsOf(document: unknown, golden: Golden): string[] {
  const { diagnostics } = compile(document, around(golden))
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)
}

const SHOWN = FILES.filter((file) => {
  const golden = read(file)
  return golden.expected.trace?.script && errorsOf(golden.document, golden).length === 0
})

test.each(SHOWN)('%s: the simulator goes the way that it names', (file) => {
  const { document, expected } = read(file)
  const { problems, steps } = simulate(document, expected.trace?.script ?? [])
  expect(problems).toEqual([])
  const went = steps.flatMap(({ path }) => path)
  expect(inOrder(expected.trace?.states ?? [], went), went.join(' → ')).toEqual([])
})

/** Of the wanted states those that do not follow each other in what was gone through. */
function inOrder(wanted: readonly string[], went: readonly string[]): string[] {
  const left = [...wanted]
  for (const state of went) if (state === left[0]) left.shift()
  return left
}
