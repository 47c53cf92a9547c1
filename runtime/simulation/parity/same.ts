// Whether two answers are the same. Clocks tick on between the two databases, so moments may differ a little.

import { isDeepStrictEqual } from 'node:util'
import type { Said } from './twin.ts'

const TOLERANCE_MS = 5_000

/** What differs between two answers, or null. Rows may come in any order unless the statement asks for one. */
export function differenceOf(real: Said, simulated: Said, isOrdered: boolean): string | null {
  if ('code' in real || 'code' in simulated)
    return isDeepStrictEqual(real, simulated) ? null : told(real, simulated)
  if (real.rows.length !== simulated.rows.length) return told(real, simulated)
  const [left, right] = [real.rows, simulated.rows].map((rows) =>
    isOrdered ? rows : inOrder(rows),
  )
  const differing = left?.findIndex((row, index) => !isSame(row, right?.[index])) ?? -1
  return differing < 0 ? null : told(left?.[differing], right?.[differing])
}

function told(real: unknown, simulated: unknown): string {
  return `PostgreSQL: ${JSON.stringify(real)}\nsimulated: ${JSON.stringify(simulated)}`
}

type Row = Record<string, unknown>

/** By everything but moments. */
function inOrder(rows: Row[]): Row[] {
  const keyed = rows.map((row) => ({ row, key: JSON.stringify(timeless(row)) }))
  return keyed.toSorted((left, right) => (left.key < right.key ? -1 : 1)).map(({ row }) => row)
}

function timeless(row: Row): Row {
  const names = Object.keys(row).toSorted()
  return Object.fromEntries(
    names.map((name) => [name, isMoment(row[name]) ? 'moment' : (jsonIn(row[name]) ?? row[name])]),
  )
}

/** Moments, and figures that are counted from one. */
const isMoment = (value: unknown): boolean =>
  value instanceof Date || (typeof value === 'number' && !Number.isInteger(value))

function isSame(left: unknown, right: unknown): boolean {
  // Two infinite moments have no distance.
  if (Object.is(left, right)) return true
  if (isMoment(left) && isMoment(right))
    return Math.abs(Number(left) - Number(right)) < TOLERANCE_MS
  const [ours, theirs] = [jsonIn(left), jsonIn(right)]
  if (ours !== undefined && theirs !== undefined) return isDeepStrictEqual(ours, theirs)
  if (!isRow(left) || !isRow(right)) return isDeepStrictEqual(left, right)
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => isSame(left[name], right[name]))
  )
}

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** PostgreSQL writes spaces into the JSON that it builds; what JSON says does not depend on them. */
function jsonIn(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
