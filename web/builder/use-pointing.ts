// What is said on a workflow's drawing: live counts, problems, and what the lists beside it point at.

import { computed, ref, shallowRef, watch } from 'vue'
import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { Diagnostic, WorkflowDetail } from '#machines/contracts/api.ts'
import { liveMarks, toneOf } from '../canvas/marks.ts'
import type { ChartMarks } from '../canvas/marks.ts'
import { withProblems } from '../canvas/problems.ts'
import { drawnTrace, withPointed, withTrace } from '../canvas/trace.ts'
import { useTexts } from '../i18n/i18n.ts'
import { problemKey } from './problem-key.ts'

export interface PointingInput {
  workflow: Ref<WorkflowDetail | undefined>
  chart: Ref<Chart>
  ends: Ref<Set<string>>
  /** A version's id, `draft`, or empty for what contacts follow. */
  shown: Ref<string>
  counts: Ref<Record<string, number>>
}

export function usePointing({ workflow, chart, ends, shown, counts }: PointingInput) {
  const { t, locale } = useTexts()
  const regarded = shallowRef<Diagnostic | null>(null)
  const kept = shallowRef<Diagnostic | null>(null)
  const pointed = ref<string | null>(null)
  const pinned = computed(() => (kept.value ? problemKey(kept.value) : null))

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
  const problem = computed(() => regarded.value ?? kept.value)
  const trace = computed(() => drawnTrace(problem.value?.trace?.states ?? [], ends.value))
  const marks = computed(() => {
    if (pointed.value !== null) return withPointed(faulty.value, [pointed.value])
    if (trace.value.length > 0) return withTrace(faulty.value, chart.value, trace.value)
    const nodeId = problem.value?.nodeId
    return nodeId ? withPointed(faulty.value, [nodeId]) : faulty.value
  })

  /** A problem that was fixed points at nothing. */
  watch(
    () => workflow.value?.diagnostics,
    (now) => {
      regarded.value = null
      if (!now?.some((one) => problemKey(one) === pinned.value)) kept.value = null
    },
  )
  watch(shown, () => {
    kept.value = null
    regarded.value = null
    pointed.value = null
  })

  return {
    marks,
    pinned,
    /** What a click on a problem brings into view. */
    follow: computed(() => kept.value?.nodeId ?? trace.value.at(-1) ?? null),
    regard: (what: Diagnostic | null) => {
      regarded.value = what
    },
    point: (nodeId: string | null) => {
      pointed.value = nodeId
    },
    pin: (what: Diagnostic) => {
      kept.value = pinned.value === problemKey(what) ? null : what
    },
  }
}
