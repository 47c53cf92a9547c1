// What the tests reach, measured when somebody asks; and a test along a path that none of them takes.

import { ref, shallowRef, watch } from 'vue'
import type { Simulation } from '#machines/contracts/simulation.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import type { Checker } from '../checker/checking.ts'
import { useSession } from '../state/session.ts'
import { expectationOf, usualPick } from './expectation.ts'
import { optionsOf, planOf, testOf } from './plan.ts'
import { coverageOfTests, pathFor, type TestCoverage, testOfPath } from './test-coverage.ts'
import { freeName } from './test-list.ts'
import type { WorkflowTests } from './use-tests.ts'

export function useCoverage({ tests }: WorkflowTests, checker: Checker) {
  const { zone } = useSession()
  const coverage = shallowRef<TestCoverage | null>(null)
  const isMeasuring = ref(false)
  const isSearching = ref(false)
  const hasNoPath = ref(false)
  const failure = shallowRef<unknown>(null)

  async function played(test: WorkflowTest): Promise<Simulation> {
    const plan = planOf(test, zone.value)
    return checker.simulate([...plan.entries], optionsOf(plan))
  }

  async function measure(): Promise<void> {
    if (isMeasuring.value) return
    isMeasuring.value = true
    hasNoPath.value = false
    try {
      const runs = []
      // One after the other: what somebody types meanwhile is checked in between.
      for (const test of tests.value) runs.push(await played(test))
      coverage.value = coverageOfTests(checker.checked.value.chart, runs)
      failure.value = null
    } catch (error) {
      failure.value = error
    } finally {
      isMeasuring.value = false
    }
  }
  // Once it was measured it stays true.
  watch([tests, () => checker.checked.value], () => {
    if (coverage.value) void measure()
  })

  /** A test for what is missing; null when no path is known. */
  async function suggest(nameOf: (reaches: string[]) => string): Promise<WorkflowTest | null> {
    isSearching.value = true
    try {
      const { paths } = await checker.paths()
      const found = pathFor(paths, coverage.value?.missing ?? [])
      hasNoPath.value = found === null
      if (!found) return null
      const name = freeName(tests.value, nameOf(found.reaches))
      const test = testOfPath(found.path, name)
      const run = await played(test)
      const expect = expectationOf(run, usualPick(run))
      return testOf(planOf(test, zone.value), { name, expect })
    } catch (error) {
      failure.value = error
      return null
    } finally {
      isSearching.value = false
    }
  }
  return { coverage, isMeasuring, isSearching, hasNoPath, failure, measure, suggest }
}
