// What the list of problems points at: the way that shows the problem under the pointer or the one that is kept, marked on
// the drawing.

import { computed, shallowRef, watch } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import type { Diagnostic } from '#machines/contracts/api.ts'
import { endsOf } from '../canvas/ends.ts'
import { withProblems } from '../canvas/problems.ts'
import type { ChartMarks } from '../canvas/marks.ts'
import { END_ID } from '../canvas/route.ts'
import { drawnTrace, withPointed, withTrace } from '../canvas/trace.ts'
import type { Draft } from '../editor/draft/draft.ts'
import { useTexts } from '../i18n/i18n.ts'
import type { Checker } from './checking.ts'
import { placeOfProblem } from './problem-groups.ts'
import { problemAgain } from './problem-key.ts'

export function useProblemPointing(draft: Draft, { checked }: Checker) {
  const { locale } = useTexts()
  const regarded = shallowRef<Diagnostic | null>(null)
  const kept = shallowRef<Diagnostic | null>(null)
  const shown = computed(() => regarded.value ?? kept.value)
  /** The same as before where no end came or went. */
  const ends = computed((before?: Set<string>) => {
    const now = endsOf(draft.document.value)
    return before?.size === now.size && before.isSubsetOf(now) ? before : now
  })
  const trace = computed(() => drawnTrace(shown.value?.trace?.states ?? [], ends.value))

  function drawnPlace(problem: Diagnostic | null): string | null {
    const place = problem && placeOfProblem(problem)
    return place !== null && ends.value.has(place) ? END_ID : place
  }

  /** Marks with the sentences of the errors, and with what is pointed at. */
  function mark(marks: ChartMarks, chart: Chart): ChartMarks {
    const { diagnostics } = checked.value
    const faulty = withProblems(marks, [...diagnostics], ({ message }) => message[locale.value])
    if (trace.value.length > 0) return withTrace(faulty, chart, trace.value)
    const place = drawnPlace(shown.value)
    return place === null ? faulty : withPointed(faulty, [place])
  }

  /** After each look the same problem is another object, or gone. */
  watch(
    () => checked.value.diagnostics,
    (now) => {
      regarded.value = problemAgain(now, regarded.value)
      kept.value = problemAgain(now, kept.value)
    },
  )

  return {
    ends,
    kept,
    mark,
    /** What to bring into view. */
    follow: computed(() => drawnPlace(kept.value) ?? trace.value.at(-1) ?? null),
    regard: (problem: Diagnostic | null) => {
      regarded.value = problem
    },
    keep: (problem: Diagnostic | null) => {
      kept.value = problem
    },
  }
}
