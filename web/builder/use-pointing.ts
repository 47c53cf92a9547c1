// What is said on a workflow's drawing: live counts, what is wrong with the draft, and what the list beside it points at.

import { computed, ref, watch } from 'vue'
import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { WorkflowDetail } from '#machines/contracts/api.ts'
import { type DrawnChanges, withChanges } from '../canvas/changes.ts'
import { liveMarks, toneOf } from '../canvas/marks.ts'
import type { ChartMarks } from '../canvas/marks.ts'
import { withProblems } from '../canvas/problems.ts'
import { withPointed } from '../canvas/trace.ts'
import { useTexts } from '../i18n/i18n.ts'

export interface PointingInput {
  workflow: Ref<WorkflowDetail | undefined>
  chart: Ref<Chart>
  /** A version's id, `draft`, or empty for what contacts follow. */
  shown: Ref<string>
  counts: Ref<Record<string, number>>
  /** What two versions differ in, while they are compared. */
  changes?: Ref<DrawnChanges | null>
}

export function usePointing({ workflow, chart, shown, counts, changes }: PointingInput) {
  const { t, locale } = useTexts()
  const pointed = ref<string | null>(null)

  /** Contacts are counted on the version that is published; another drawing has no numbers. */
  const base = computed((): ChartMarks => {
    const { value } = workflow
    const follows = shown.value === '' || (shown.value === 'draft' && !value?.version)
    if (!follows) {
      const nodes = chart.value.nodes.map((node) => [node.id, { tone: toneOf(node) }] as const)
      return { nodes: new Map(nodes), edges: new Map() }
    }
    const totals = { finished: value?.finished ?? 0, failed: value?.failed ?? 0 }
    return liveMarks(chart.value, counts.value, totals)
  })
  const faulty = computed(() => {
    if (shown.value.startsWith('ver_')) return base.value
    const isDraft = shown.value === 'draft' || !workflow.value?.published
    const key = isDraft ? 'canvas.problem' : 'canvas.draftProblem'
    return withProblems(base.value, workflow.value?.diagnostics ?? [], ({ message }) =>
      t(key, { text: message[locale.value] }),
    )
  })
  const signed = computed(() =>
    changes?.value ? withChanges(faulty.value, changes.value) : faulty.value,
  )
  const marks = computed(() =>
    pointed.value === null ? signed.value : withPointed(signed.value, [pointed.value]),
  )
  watch(shown, () => {
    pointed.value = null
  })

  return {
    marks,
    point: (nodeId: string | null) => {
      pointed.value = nodeId
    },
  }
}
