// The figures of the browser as a table for people and as a file.

import { renameSync, writeFileSync } from 'node:fs'
import type { Figure, WebGoal } from './figures.ts'

export function tellFigures(figures: readonly Figure[], goals: readonly WebGoal[]): string {
  const rows = figures.map(({ part, name, unit, spread: { min, median, max } }) => [
    part,
    name,
    ...[min, median, max].map((value) => value.toFixed(1)),
    unit,
  ])
  const reached = goals.flatMap((goal) => (goal.reached === null ? [] : [goalRow(goal)]))
  return [
    aligned([['part', 'measured', 'least', 'median', 'most', ''], ...rows]),
    '',
    aligned(reached),
  ].join('\n')
}

function goalRow({ what, wanted, unit, reached, met }: WebGoal): string[] {
  return [met ? 'reached' : 'missed', what, `≤ ${wanted} ${unit}`, `${reached} ${unit}`]
}

function aligned(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0))
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n')
}

/** Whole or not at all: whoever reads it meanwhile finds the last one. */
export function writeFigures(file: URL, results: object): void {
  const unfinished = new URL(`${file.href}.new`)
  writeFileSync(unfinished, `${JSON.stringify(results, null, 2)}\n`)
  renameSync(unfinished, file)
}
