// The version that a run follows, drawn: it may be older than the one that is published.

import { computed } from 'vue'
import type { Ref } from 'vue'
import { chartOf } from '#machines/compile/chart.ts'
import type { RunView } from '#machines/contracts/api.ts'
import { useWorkflow } from '../api/queries.ts'
import { useVersion } from '../api/versions.ts'
import { endsOf } from '../canvas/ends.ts'
import { stateTitle } from '../canvas/words.ts'
import { useTexts } from '../i18n/i18n.ts'

export function useRunVersion(run: Ref<RunView | null>) {
  const { t, named, locale } = useTexts()
  const workflowId = computed(() => run.value?.workflowId ?? '')
  const version = useVersion(
    workflowId,
    computed(() => run.value?.versionId ?? ''),
  )
  const workflow = useWorkflow(workflowId)
  const chart = computed(() => chartOf(version.data.value?.definition))
  const ends = computed(() => endsOf(version.data.value?.definition))
  return {
    version,
    /** False when another version is published by now. */
    sameVersion: computed(
      () => !workflow.data.value || workflow.data.value.version?.id === run.value?.versionId,
    ),
    chart,
    ends,
    titleOf: (nodeId: string): string =>
      stateTitle(
        nodeId,
        { nodes: chart.value.nodes, ends: ends.value },
        { t, named, locale: locale.value },
      ),
  }
}
