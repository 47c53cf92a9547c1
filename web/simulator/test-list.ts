// Changes of a workflow's list of tests, which is kept as a whole. Pure.

import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'

type Tests = readonly WorkflowTest[]

/** The name itself, or the first with a number after it that is free. */
export function freeName(tests: Tests, wanted: string): string {
  const taken = new Set(tests.map(({ name }) => name))
  const base = wanted.trim().slice(0, 190)
  if (!taken.has(base)) return base
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${base} ${number}`)) return `${base} ${number}`
  }
}

export function withTest(tests: Tests, test: WorkflowTest): WorkflowTest[] {
  return [...tests, test]
}

export function withoutTest(tests: Tests, index: number): WorkflowTest[] {
  return tests.filter((_, at) => at !== index)
}

/** Puts a test back where it was. */
export function withTestAt(tests: Tests, index: number, test: WorkflowTest): WorkflowTest[] {
  return tests.toSpliced(Math.min(index, tests.length), 0, test)
}

export function replacedTest(tests: Tests, index: number, test: WorkflowTest): WorkflowTest[] {
  return tests.map((one, at) => (at === index ? test : one))
}

/** Null when the name is empty, too long or taken by another test. */
export function renamedTest(tests: Tests, index: number, name: string): WorkflowTest[] | null {
  const wanted = name.trim()
  const isTaken = tests.some((one, at) => at !== index && one.name === wanted)
  if (wanted === '' || wanted.length > 200 || isTaken) return null
  return tests.map((one, at) => (at === index ? { ...one, name: wanted } : one))
}
