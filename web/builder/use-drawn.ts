// Which document of a workflow is drawn: the published one, the draft, or an older version; with its titles.

import { computed } from 'vue'
import type { Ref } from 'vue'
import { chartOf } from '#machines/compile/chart.ts'
import type { WorkflowDetail } from '#machines/contracts/api.ts'
import { useVersion } from '../api/versions.ts'
import { endsOf } from '../canvas/ends.ts'
import { stateTitle } from '../canvas/words.ts'
import { useTexts } from '../i18n/i18n.ts'

export interface DrawnInput {
  id: Ref<string>
  workflow: Ref<WorkflowDetail | undefined>
  /** A version's id, `draft`, or empty for what contacts follow. */
  shown: Ref<string>
}

export function useDrawn({ id, workflow, shown }: DrawnInput) {
  const { t, named, locale } = useTexts()
  const version = useVersion(
    id,
    computed(() => (shown.value.startsWith('ver_') ? shown.value : '')),
  )
  const document = computed(() => {
    if (version.data.value && shown.value !== '') return version.data.value.definition
    if (shown.value === 'draft') return workflow.value?.definition
    return workflow.value?.published ?? workflow.value?.definition
  })
  const chart = computed(() => chartOf(document.value))
  const draft = computed(() => chartOf(workflow.value?.definition))
  const ends = computed(() => endsOf(document.value))
  /** The drawing first, then the draft: lists speak of both. */
  function titleOf(nodeId: string): string {
    const nodes = [...chart.value.nodes, ...draft.value.nodes]
    return stateTitle(nodeId, { nodes, ends: ends.value }, { t, named, locale: locale.value })
  }
  /** What the drawing is of, when it is not what contacts follow now. */
  const note = computed(() => {
    if (shown.value === 'draft' && workflow.value?.version) return t('versions.drawnDraft')
    const number = version.data.value?.number
    return shown.value.startsWith('ver_') && number !== undefined
      ? t('versions.drawn', { number })
      : null
  })
  return { chart, ends, titleOf, note }
}
