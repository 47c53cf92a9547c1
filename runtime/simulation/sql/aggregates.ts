// Aggregates over the arguments of a group's rows.

import { compareValues } from './values.ts'

interface AggregateFunction {
  type: string | ((args: string[]) => string)
  of: (rows: unknown[][]) => unknown
}

const present = (rows: unknown[][]): unknown[] =>
  rows.map(([value]) => value).filter((value) => value !== null)
const first = ([type = 'unknown']: string[]): string => type

const sumType = ([type]: string[]): string => {
  if (type === 'smallint' || type === 'int') return 'bigint'
  return type === 'bigint' ? 'numeric' : (type ?? 'numeric')
}

function sum(rows: unknown[][]): number | null {
  const values = present(rows) as number[]
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
}

function best(rows: unknown[][], sign: number): unknown {
  const values = present(rows)
  if (values.length === 0) return null
  return values.reduce((kept, value) => (compareValues(value, kept) * sign > 0 ? value : kept))
}

const jsonValue = (value: unknown): unknown => (value === undefined ? null : value)

function listOf(rows: unknown[][]): string | null {
  return rows.length === 0 ? null : JSON.stringify(rows.map(([value]) => jsonValue(value)))
}

function objectOf(rows: unknown[][]): string | null {
  if (rows.length === 0) return null
  return JSON.stringify(
    Object.fromEntries(rows.map(([key, value]) => [String(key), jsonValue(value)])),
  )
}

export const AGGREGATES: Readonly<Record<string, AggregateFunction>> = {
  count: {
    type: 'bigint',
    of: (rows) => (rows[0]?.length === 0 ? rows.length : present(rows).length),
  },
  sum: { type: sumType, of: sum },
  avg: {
    type: 'numeric',
    of: (rows) => {
      const total = sum(rows)
      return total === null ? null : total / present(rows).length
    },
  },
  min: { type: first, of: (rows) => best(rows, -1) },
  max: { type: first, of: (rows) => best(rows, 1) },
  array_agg: {
    type: ([type = 'text']) => `${type}[]`,
    of: (rows) => (rows.length === 0 ? null : rows.map(([value]) => value)),
  },
  string_agg: {
    type: 'text',
    of: (rows) =>
      rows.length === 0
        ? null
        : (present(rows) as string[]).join((rows[0]?.[1] as string | null) ?? ''),
  },
  bool_or: {
    type: 'boolean',
    of: (rows) => (rows.length === 0 ? null : present(rows).includes(true)),
  },
  bool_and: {
    type: 'boolean',
    of: (rows) => (rows.length === 0 ? null : !present(rows).includes(false)),
  },
  jsonb_agg: { type: 'jsonb', of: listOf },
  json_agg: { type: 'json', of: listOf },
  jsonb_object_agg: { type: 'jsonb', of: objectOf },
}
