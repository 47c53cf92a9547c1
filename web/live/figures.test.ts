import { expect, test } from 'vitest'
import { sparkline, withFigures } from './figures.ts'

const words = {
  span: (seconds: number) => `${seconds}s`,
  pace: (p50: string, p90: string) => `${p50} · ${p90}`,
  spokenPace: (p50: string, p90: string) => `half ${p50}, most ${p90}`,
  failures: (count: number) => `${count} failures`,
}
const marks = {
  nodes: new Map([
    ['a', { tone: 'waiting' as const, count: 2 }],
    ['b', { tone: 'running' as const }],
  ]),
  edges: new Map(),
}
const pace = { stays: 3, p50: 60, p90: 300, p99: 900, failures: 0, reasons: [] }

test('Failures glow whether or not the pace is shown, and both are said aloud', () => {
  const failing = { ...pace, failures: 4 }
  const quiet = withFigures(marks, { a: failing }, { isPaceShown: false, words })
  expect(quiet.nodes.get('a')).toMatchObject({
    count: 2,
    figures: { pace: '', failures: '4', spoken: '4 failures' },
  })
  const shown = withFigures(marks, { a: failing }, { isPaceShown: true, words })
  expect(shown.nodes.get('a')?.figures).toEqual({
    pace: '60s · 300s',
    failures: '4',
    spoken: '4 failures. half 60s, most 300s',
  })
})

test('A state of which nothing is known stays as it is', () => {
  const unknown = { ...pace, stays: 0, p50: null, p90: null, p99: null }
  const result = withFigures(marks, { a: unknown }, { isPaceShown: true, words })
  expect(result.nodes.get('a')).toBe(marks.nodes.get('a'))
  expect(result.nodes.get('b')).toBe(marks.nodes.get('b'))
})

test('A line of figures fills its box', () => {
  expect(sparkline([0, 5, 10], { width: 100, height: 20 })).toBe('M0,20L50,10L100,0')
  expect(sparkline([3], { width: 100, height: 20 })).toBe('M0,0')
  expect(sparkline([], { width: 100, height: 20 })).toBe('')
})
