// Which document of a workflow is drawn: the published one, the draft, or an older version; with its titles.

import { computed } from 'vue'
import type { Ref } from 'vue'
import { chartOf } from '#machines/compile/chart.ts'
import type { WorkflowDetail } from '#machines/contracts/api.ts'
import { useVersion } from '../api/versions.ts'
import { drawChanges } from '../canvas/changes.ts'
import { endsOf } from '../canvas/ends.ts'
import { stateTitle } from '../canvas/words.ts'
import { useTexts } from '../i18n/i18n.ts'

export interface DrawnInput {
  id: Ref<string>
  workflow: Ref<WorkflowDetail | undefined>
  /** A version's id, `draft`, or empty for what contacts follow. */
  shown: Ref<string>
  /** `from..to` that is compared, or empty. */
  compared: Ref<string>
}

export function useDrawn({ id, workflow, shown, compared }: DrawnInput) {
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
  const changes = useChanges({ id, workflow, compared })
  const chart = computed(() => changes.value?.chart ?? chartOf(document.value))
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
  return { chart, changes, titleOf, note }
}

/** What two versions differ in, drawn; null while nothing is compared. */
function useChanges({ id, workflow, compared }: Omit<DrawnInput, 'shown'>) {
  const refs = computed(() => compared.value.split('..'))
  const [older, newer] = [0, 1].map((at) =>
    useVersion(
      id,
      computed(() => {
        const ref = refs.value[at] ?? ''
        return ref.startsWith('ver_') ? ref : ''
      }),
    ),
  )
  return computed(() => {
    const before = older?.data.value?.definition
    const isDraft = refs.value[1] === 'draft'
    const after = isDraft ? workflow.value?.definition : newer?.data.value?.definition
    if (refs.value.length < 2 || before === undefined || after === undefined) return null
    return drawChanges(before, after)
  })
}
