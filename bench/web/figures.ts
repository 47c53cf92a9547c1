// What was measured in the browser, and how it stands to its goals.

import { round, type Spread, spreadOf } from '../lib/stats.ts'

export const WEB_PARTS = ['sizes', 'canvas', 'editing', 'checks', 'behind', 'scrub'] as const
export type WebPart = (typeof WEB_PARTS)[number]

export interface Figure {
  part: WebPart
  name: string
  unit: string
  spread: Spread
  values: number[]
}

export interface WebGoal {
  what: string
  /** At most. */
  wanted: number
  unit: string
  reached: number | null
  met: boolean | null
}

export function figureOf(part: WebPart, name: string, unit: string, values: number[]): Figure {
  return { part, name, unit, spread: spreadOf(values), values: values.map((value) => round(value)) }
}

interface Wanted extends Pick<WebGoal, 'what' | 'wanted' | 'unit'> {
  /** Figures whose medians are held to it; the worst counts. */
  of: (figure: Figure) => boolean
}

const WANTED: readonly Wanted[] = [
  {
    what: '500 states: frames dropped beyond an empty canvas',
    wanted: 5,
    unit: '%',
    of: ({ part, name }) => part === 'canvas' && name.endsWith('beyond empty'),
  },
  {
    what: 'check results after a keystroke',
    wanted: 100,
    unit: 'ms',
    of: ({ part, name }) => part === 'checks' && name.endsWith('p95'),
  },
  {
    what: 'first load, brotli',
    wanted: 250,
    unit: 'kB',
    of: ({ part, name }) => part === 'sizes' && name === 'first load, brotli',
  },
  {
    what: 'builder beyond the first load, brotli',
    wanted: 350,
    unit: 'kB',
    of: ({ part, name }) => part === 'sizes' && name === 'builder beyond it, brotli',
  },
  {
    what: '10,000 transitions a second behind the page',
    wanted: 5,
    unit: '% of a core',
    of: ({ part, name }) => part === 'behind' && name === 'page',
  },
]

export function webGoals(figures: readonly Figure[]): WebGoal[] {
  return WANTED.map(({ of, ...goal }) => {
    const medians = figures.filter(of).map(({ spread }) => spread.median)
    const reached = medians.length === 0 ? null : round(Math.max(...medians))
    return { ...goal, reached, met: reached === null ? null : reached <= goal.wanted }
  })
}
