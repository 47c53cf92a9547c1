// What is said on the drawing of a draft: the run of the simulator, whose hands a state is in, what is wrong with it.

import { computed, shallowRef } from 'vue'
import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { Problems } from '../checker/use-problems.ts'
import { runMarks, toneOf } from '../canvas/marks.ts'
import type { ChartMarks, NodeMark, RunPlace } from '../canvas/marks.ts'
import { withPeople } from '../presence/people-marks.ts'
import type { People } from '../presence/use-people.ts'
import type { Tone } from '../ui/sentence.ts'

/** One object for each tone: a state whose mark is the same is not drawn anew. */
const PLAIN = new Map<Tone, NodeMark>()

function plainMark(tone: Tone): NodeMark {
  const mark = PLAIN.get(tone) ?? { tone }
  PLAIN.set(tone, mark)
  return mark
}

export function useDraftMarks(chart: Readonly<Ref<Chart>>, problems: Problems, people: People) {
  /** Where the simulated contact is. */
  const lit = shallowRef<RunPlace | null>(null)
  const base = computed((): ChartMarks => {
    if (lit.value) return runMarks(chart.value, lit.value)
    const nodes = chart.value.nodes.map((node) => [node.id, plainMark(toneOf(node))] as const)
    return { nodes: new Map(nodes), edges: new Map() }
  })
  const marks = computed(() =>
    problems.mark(withPeople(base.value, people.others.value), chart.value),
  )
  return { lit, marks }
}
