// The tests of the workflow beside its draft: the list on the server, and what the draft makes of each, here and there.

import { useQueryClient } from '@tanstack/vue-query'
import { watchDebounced } from '@vueuse/core'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { TestOutcome, WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import { keys } from '../api/queries.ts'
import { useTestRun } from '../api/versions.ts'
import { replaceTests, testsKey, useWorkflowTests } from '../api/workflow-tests.ts'
import type { Checker } from '../checker/checking.ts'
import type { Draft } from '../editor/draft/draft.ts'
import { useSession } from '../state/session.ts'

const QUIET_MS = 600

export type WorkflowTests = ReturnType<typeof useTests>

export function useTests(draft: Draft, checker: Checker) {
  const workflowId = computed(() => draft.workflowId)
  const query = useWorkflowTests(workflowId)
  const kept = computed(() => query.data.value?.items ?? [])
  const tests = computed(() => kept.value.map(({ test }) => test))
  const failure = shallowRef<unknown>(null)
  const { outcomes, isRunning, run } = useOutcomes(tests, checker, failure)
  const { isSaving, save } = useSaving(draft, failure)
  /** On the server they run against what is saved. */
  const server = useTestRun(
    workflowId,
    computed(() => draft.saveState.value === 'saved' && tests.value.length > 0),
  )
  watch(draft.revision, () => {
    if (tests.value.length > 0) void server.refetch()
  })

  const rows = computed(() =>
    kept.value.map(({ id, test }, index) => ({
      id,
      test,
      index,
      outcome: outcomes.value[index]?.name === test.name ? (outcomes.value[index] ?? null) : null,
      onServer: server.data.value?.outcomes.find((one) => one.id === id) ?? null,
    })),
  )
  const failed = computed(
    () => rows.value.filter(({ outcome }) => outcome?.passed === false).length,
  )
  return { query, tests, rows, failed, run, save, isRunning, isSaving, failure, server }
}

/** What the draft on the page makes of the tests. */
function useOutcomes(
  tests: Ref<readonly WorkflowTest[]>,
  checker: Checker,
  failure: ShallowRef<unknown>,
) {
  const { zone } = useSession()
  const outcomes = shallowRef<readonly TestOutcome[]>([])
  const isRunning = ref(false)
  let isAskedAgain = false

  async function run(): Promise<void> {
    isAskedAgain = isRunning.value
    if (isRunning.value) return
    isRunning.value = true
    try {
      // The server plays them in the company's zone where they name none.
      const asked = tests.value.map((test) => ({ zone: zone.value, ...test }))
      outcomes.value = asked.length === 0 ? [] : await checker.runTests(asked)
      failure.value = null
    } catch (error) {
      failure.value = error
    } finally {
      isRunning.value = false
    }
    if (isAskedAgain) void run()
  }
  // All tests take longer than one conversation: they wait until somebody has stopped typing.
  watchDebounced([tests, () => checker.checked.value], run, { debounce: QUIET_MS })
  void run()
  return { outcomes, isRunning, run }
}

function useSaving(draft: Draft, failure: ShallowRef<unknown>) {
  const queries = useQueryClient()
  const isSaving = ref(false)

  /** Resolves to whether the list was kept. */
  async function save(next: readonly WorkflowTest[]): Promise<boolean> {
    isSaving.value = true
    try {
      const list = await replaceTests(draft.workflowId, next)
      queries.setQueryData(testsKey(draft.workflowId), list)
      void queries.invalidateQueries({ queryKey: [...keys.workflow(draft.workflowId), 'test-run'] })
      failure.value = null
      return true
    } catch (error) {
      failure.value = error
      return false
    } finally {
      isSaving.value = false
    }
  }
  return { isSaving, save }
}

export type TestRowData = WorkflowTests['rows']['value'][number]
