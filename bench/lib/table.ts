// Results for a terminal: every run, then the ratios, then the goals.

import type { Goal } from './goals.ts'
import type { Run } from './measured.ts'
import type { Ratios, Results } from './results.ts'

export function tableOf({ runs, ratios, cpuRatios, goals, failures }: Results): string {
  const said = (name: keyof Ratios): string =>
    ratios[name] === null ? '' : `${name} ${ratios[name]}× (${cpuRatios[name]}× by processor time)`
  const words = (['restate', 'dbos', 'bare', 'ingest'] as const).map(said).filter(Boolean)
  return [
    aligned(['', '', 'min', 'median', 'max', 'unit', 'cpu ms/event'], runs.map(rowOf), '  >>> >'),
    ...runs.filter(({ cpuOf }) => cpuOf).map(processesOf),
    ...(words.length > 0 ? ['', `FluxoLab against ${words.join(', ')}`] : []),
    '',
    aligned(['goal', '', 'wanted', 'reached', ''], goals.filter(isMeasured).map(goalRow), '  >> '),
    ...failures.map(({ part, reason }) => `\n${part} could not be measured: ${reason}`),
  ].join('\n')
}

function rowOf({ part, name, unit, spread, cpu }: Run): string[] {
  const figures = [spread.min, spread.median, spread.max].map(shown)
  return [part, name, ...figures, unit, cpu ? cpu.median.toFixed(3) : '']
}

function processesOf({ part, name, cpuOf = {} }: Run): string {
  const parts = Object.entries(cpuOf).map(([one, ms]) => `${one} ${ms.toFixed(3)}`)
  return `\n${part}, ${name}, cpu ms/event: ${parts.join(', ')}`
}

const isMeasured = ({ reached }: Goal): boolean => reached !== null

function goalRow({ what, bound, wanted, unit, reached, met }: Goal): string[] {
  const sign = bound === 'min' ? '≥' : '≤'
  return [met ? 'reached' : 'missed', what, `${sign} ${wanted} ${unit}`, `${reached} ${unit}`, '']
}

/** @param sides one character for each column: `>` for those that end at the right */
function aligned(head: string[], rows: string[][], sides: string): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const cellOf = (cell: string, column: number): string => {
    const width = widths[column] ?? 0
    return sides[column] === '>' ? cell.padStart(width) : cell.padEnd(width)
  }
  return all.map((row) => row.map(cellOf).join('  ').trimEnd()).join('\n')
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1)
}
