// What is said under the states of a workflow seen live: their pace, and failures that make them glow. Pure.

import type { StatePace } from '#machines/contracts/insights.ts'
import type { ChartMarks } from '../canvas/marks.ts'

export interface FigureWords {
  /** A span of so many seconds. */
  span: (seconds: number) => string
  pace: (p50: string, p90: string) => string
  spokenPace: (p50: string, p90: string) => string
  failures: (count: number) => string
}

/** @param isPaceShown failures are told in any case */
export function withFigures(
  marks: ChartMarks,
  states: Readonly<Record<string, StatePace>>,
  { isPaceShown, words }: { isPaceShown: boolean; words: FigureWords },
): ChartMarks {
  const nodes = [...marks.nodes].map(([id, mark]) => {
    const pace = states[id]
    if (!pace) return [id, mark] as const
    const { p50, p90, failures: count } = pace
    const told = p50 === null || p90 === null ? null : ([words.span(p50), words.span(p90)] as const)
    // What settles at once says nothing.
    const shown = isPaceShown && told && (p90 ?? 0) >= 1 ? words.pace(...told) : ''
    const failures = count > 0 ? words.failures(count) : ''
    if (shown === '' && failures === '') return [id, mark] as const
    const spoken = [failures, shown !== '' && told ? words.spokenPace(...told) : '']
    const figures = {
      pace: shown,
      failures: count > 0 ? String(count) : '',
      spoken: spoken.filter((part) => part !== '').join('. '),
    }
    return [id, { ...mark, figures }] as const
  })
  return { ...marks, nodes: new Map(nodes) }
}

/** A line through figures over time, in a box of the given size; what is highest touches its top. */
export function sparkline(
  values: readonly number[],
  { width, height }: { width: number; height: number },
): string {
  const highest = Math.max(1, ...values)
  const step = values.length > 1 ? width / (values.length - 1) : 0
  return values
    .map((value, index) => {
      const y = height - (value / highest) * height
      return `${index === 0 ? 'M' : 'L'}${round(index * step)},${round(y)}`
    })
    .join('')
}

const round = (value: number): number => Math.round(value * 10) / 10
