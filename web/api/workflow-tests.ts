// The tests that are kept with a workflow: calls and queries. Running them against the draft: `useTestRun`.

import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Ref } from 'vue'
import { KeptTestListSchema, type WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import { call } from './client.ts'
import { at } from './endpoints.ts'
import { keys } from './queries.ts'

export const testsKey = (workflowId: string) => [...keys.workflow(workflowId), 'tests'] as const

export const readTests = (workflowId: string, signal?: AbortSignal) =>
  call(['GET', at('workflows', workflowId, 'tests')], KeptTestListSchema, { signal })

/** The whole list: a test that keeps its name keeps its id. */
export const replaceTests = (workflowId: string, tests: readonly WorkflowTest[]) =>
  call(['PUT', at('workflows', workflowId, 'tests')], KeptTestListSchema, { body: tests })

export function useWorkflowTests(workflowId: Ref<string>) {
  return useQuery({
    queryKey: computed(() => testsKey(workflowId.value)),
    queryFn: ({ signal }) => readTests(workflowId.value, signal),
    enabled: computed(() => workflowId.value !== ''),
  })
}
