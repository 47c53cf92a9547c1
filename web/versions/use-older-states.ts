// States of the version that most contacts would leave: those that are gone are called as they were.

import { computed } from 'vue'
import type { Ref } from 'vue'
import { chartOf } from '#machines/compile/chart.ts'
import type { DryRun } from '#machines/contracts/versions.ts'
import { useVersion } from '../api/versions.ts'
import { endsOf } from '../canvas/ends.ts'
import { stateTitle } from '../canvas/words.ts'
import { useTexts } from '../i18n/i18n.ts'
import { fullestOf } from './state-choices.ts'

export function useOlderStates(workflowId: Ref<string>, dryRun: Ref<DryRun | undefined>) {
  const { t, named, locale } = useTexts()
  const older = useVersion(
    workflowId,
    computed(() => fullestOf(dryRun.value?.from ?? [])),
  )
  const states = computed(() => {
    const { definition } = older.data.value ?? {}
    return { nodes: chartOf(definition).nodes, ends: endsOf(definition) }
  })
  return {
    titleOf: (nodeId: string): string =>
      stateTitle(nodeId, states.value, { t, named, locale: locale.value }),
  }
}
