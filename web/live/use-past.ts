// Looking at an earlier hour of a workflow: the instant is in the address, the counts are rebuilt by the server.

import { refDebounced } from '@vueuse/core'
import { computed } from 'vue'
import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { WorkflowDetail } from '#machines/contracts/api.ts'
import { usePastCounts } from '../api/live-views.ts'
import { liveMarks } from '../canvas/marks.ts'
import { useRouteQuery } from '../state/use-route-query.ts'

export function usePast(id: Ref<string>, workflow: Ref<WorkflowDetail | undefined>) {
  const text = useRouteQuery('at')
  /** Empty for now. */
  const at = computed(() => (Number.isNaN(Date.parse(text.value)) ? '' : text.value))
  const asked = refDebounced(at, 120)
  const query = usePastCounts(id, asked)
  const isPast = computed(() => at.value !== '')
  const known = computed(() => (isPast.value ? (query.data.value ?? null) : null))
  /** The version that was published then, where it is another one. */
  const versionId = computed(() => {
    const then = known.value?.versionId ?? null
    return then === null || then === workflow.value?.version?.id ? '' : then
  })
  function marksOf(chart: Chart) {
    const { done = 0, failed = 0 } = known.value?.ended ?? {}
    return liveMarks(chart, known.value?.states ?? {}, { finished: done, failed })
  }
  return {
    at,
    isPast,
    versionId,
    query,
    marksOf,
    tooMuch: computed(() => known.value?.complete === false),
    loading: computed(() => isPast.value && (query.isFetching.value || asked.value !== at.value)),
    show: (instant: string) => {
      text.value = instant
    },
  }
}

export type Past = ReturnType<typeof usePast>
