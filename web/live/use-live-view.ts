// What the page of a workflow shows: now with its pace and failures, or an earlier hour in its own version.

import { computed, ref } from 'vue'
import type { Ref } from 'vue'
import type { Chart } from '#machines/compile/chart.ts'
import { usePace } from '../api/live-views.ts'
import type { ChartMarks } from '../canvas/marks.ts'
import { enterable } from '../canvas/places.ts'
import { nodeTitle } from '../canvas/words.ts'
import { useTexts } from '../i18n/i18n.ts'
import { useLiveTexts } from '../i18n/live-texts.ts'
import { withFigures } from './figures.ts'
import type { Past } from './use-past.ts'

export interface LiveViewInput {
  id: Ref<string>
  chart: Ref<Chart>
  /** As they are now. */
  marks: Ref<ChartMarks>
  /** What is drawn is what contacts follow. */
  follows: Ref<boolean>
  past: Past
}

export function useLiveView({ id, chart, marks, follows, past }: LiveViewInput) {
  const { t, named, locale, format } = useTexts()
  const l = useLiveTexts()
  const paceOn = ref(false)
  const paceWindow = ref<'24h' | '7d'>('24h')
  const pace = usePace(id, paceWindow)
  const words = {
    span: (seconds: number) => format.value.span(seconds * 1000),
    pace: (p50: string, p90: string) => l('pace.onCard', { p50, p90 }),
    spokenPace: (p50: string, p90: string) => l('pace.spoken', { p50, p90 }),
    failures: (count: number) => l('pace.failed', { count: format.value.number(count) }, count),
  }
  return {
    pace,
    paceOn,
    paceWindow,
    marks: computed((): ChartMarks => {
      if (past.isPast.value) return past.marksOf(chart.value)
      if (!follows.value || !pace.data.value) return marks.value
      return withFigures(marks.value, pace.data.value.states, { isPaceShown: paceOn.value, words })
    }),
    targets: computed(() =>
      enterable(chart.value).map((node) => ({
        id: node.id,
        title: nodeTitle(node, { t, named, locale: locale.value }),
      })),
    ),
  }
}
