// A workflow's live counts and moves: the socket patches the cache, the polled answer is only the start.

import { useQueryClient } from '@tanstack/vue-query'
import { useThrottleFn } from '@vueuse/core'
import { computed } from 'vue'
import type { Ref } from 'vue'
import type { WorkflowLive } from '#machines/contracts/api.ts'
import type { Move } from '#machines/contracts/live.ts'
import { keys, useCounts } from './queries.ts'
import { useTopic } from './use-live.ts'

const COUNTS_MS = 1_000

export function useWorkflowLive(id: Ref<string>, onMoves: (moves: Move[]) => void) {
  const queries = useQueryClient()
  const counts = useCounts(id)
  const refreshTotals = useThrottleFn(
    () => queries.invalidateQueries({ queryKey: keys.workflow(id.value), exact: true }),
    3000,
    true,
  )
  const refreshLists = useThrottleFn(
    () => queries.invalidateQueries({ queryKey: [...keys.workflow(id.value), 'contacts'] }),
    700,
    true,
  )

  /** Where contacts move without a pause nobody reads ten numbers a second, and drawing them has its price. */
  const show = useThrottleFn(
    (workflowId: string, live: WorkflowLive) => {
      queries.setQueryData<WorkflowLive>(keys.counts(workflowId), live)
      void refreshLists()
      void refreshTotals()
    },
    COUNTS_MS,
    true,
  )

  useTopic(
    computed(() => `workflow:${id.value}`),
    (message) => {
      if (message.type === 'workflow.moved') onMoves(message.moves)
      if (message.type !== 'workflow.counts') return
      const { workflowId, versionId, states } = message
      void show(workflowId, { versionId, states })
    },
  )
  return counts
}
