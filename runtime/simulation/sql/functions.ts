// PostgreSQL's functions as far as the runtime's statements use them.

import { createHash } from 'node:crypto'
import type { Execution } from './scope.ts'
import { canonicalJson, compareValues, isEqual } from './values.ts'

interface PlainFunction {
  type: string | ((args: string[]) => string)
  run: (args: unknown[], execution: Execution, named: Record<string, unknown>) => unknown
}

const first = (args: string[]): string => args.find((type) => type !== 'unknown') ?? 'unknown'

/** Null when an argument is. */
function strict(type: PlainFunction['type'], run: (...args: never[]) => unknown): PlainFunction {
  return { type, run: (args) => (args.includes(null) ? null : run(...(args as never[]))) }
}

function extreme(sign: number): PlainFunction {
  return {
    type: first,
    run: (args) => {
      const values = args.filter((value) => value !== null)
      if (values.length === 0) return null
      return values.reduce((kept, value) => (compareValues(value, kept) * sign > 0 ? value : kept))
    },
  }
}

const SECOND_MS = 1000

const TIME: Record<string, PlainFunction> = {
  clock_timestamp: { type: 'timestamptz', run: (_, { clock }) => clock },
  statement_timestamp: { type: 'timestamptz', run: (_, { startedAt }) => startedAt },
  now: { type: 'timestamptz', run: (_, { transaction }) => transaction.startedAt },
  make_interval: {
    type: 'interval',
    run: (_, __, { secs = 0, mins = 0, hours = 0, days = 0 }) =>
      [secs, mins, hours, days].includes(null)
        ? null
        : Number(secs) * SECOND_MS +
          Number(mins) * 60_000 +
          Number(hours) * 3_600_000 +
          Number(days) * 86_400_000,
  },
  extract: {
    type: 'numeric',
    run: ([, value]) => (value === null ? null : (value as number) / SECOND_MS),
  },
  to_timestamp: strict('timestamptz', (seconds: number) => seconds * SECOND_MS),
  date_trunc: strict('timestamptz', truncateInstant),
}

function truncateInstant(unit: string, instant: number): number {
  const at = new Date(instant)
  const iso = at.toISOString()
  const kept = { second: 19, minute: 16, hour: 13, day: 10, month: 7 }[unit]
  if (kept === undefined) throw new Error(`SQL: date_trunc('${unit}') is not understood`)
  return Date.parse(`${iso.slice(0, kept)}${'0000-01-01T00:00:00'.slice(kept)}Z`)
}

function joined(items: unknown[], by: string): string {
  return (items.filter((item) => item !== null) as string[]).join(by)
}

const TEXT: Record<string, PlainFunction> = {
  length: strict('int', (text: string) => Array.from(text).length),
  octet_length: strict('int', (text: string | Buffer) => Buffer.byteLength(text)),
  lower: strict('text', (text: string) => text.toLowerCase()),
  upper: strict('text', (text: string) => text.toUpperCase()),
  left: strict('text', (text: string, count: number) => text.slice(0, count)),
  right: strict('text', (text: string, count: number) => text.slice(-count)),
  substr: strict('text', (text: string, from: number, count = Infinity) =>
    text.slice(from - 1, from - 1 + count),
  ),
  concat: { type: 'text', run: (args) => joined(args, '') },
  md5: strict('text', (text: string) => createHash('md5').update(text).digest('hex')),
  split_part: strict('text', (text: string, by: string, n: number) => text.split(by)[n - 1] ?? ''),
  string_to_array: strict('text[]', (text: string, by: string) =>
    text === '' ? [] : text.split(by),
  ),
  array_to_string: strict('text', (items: unknown[], by: string) => joined(items, by)),
  hashtext: strict('int', (text: string) => createHash('md5').update(text).digest().readInt32BE(0)),
}

const ARRAYS: Record<string, PlainFunction> = {
  cardinality: strict('int', (items: unknown[]) => items.length),
  array_length: strict('int', (items: unknown[]) => (items.length === 0 ? null : items.length)),
  array_append: strict(first, (items: unknown[], item: unknown) => [...items, item]),
  array_remove: strict(first, (items: unknown[], item: unknown) =>
    items.filter((other) => !isEqual(other, item)),
  ),
}

const NUMERIC: Record<string, PlainFunction> = {
  abs: strict(first, Math.abs),
  ceil: strict(first, Math.ceil),
  ceiling: strict(first, Math.ceil),
  floor: strict(first, Math.floor),
  round: strict(first, Math.round),
  power: strict('float8', (base: number, exponent: number) => base ** exponent),
  mod: strict(first, (left: number, right: number) => left % right),
  random: { type: 'float8', run: (_, { database }) => database.random() },
  greatest: extreme(1),
  least: extreme(-1),
  isfinite: strict('boolean', Number.isFinite),
  nullif: { type: first, run: ([left, right]) => (isEqual(left, right) ? null : left) },
}

/** `$[last - 49 to last]`: the only path that a statement of ours asks for. */
const LAST_ITEMS = /^\$\[last - (\d+) to last\]$/

const JSONS: Record<string, PlainFunction> = {
  jsonb_typeof: strict('text', (text: string) => typeOfJson(JSON.parse(text))),
  jsonb_array_length: strict('int', (text: string) => (JSON.parse(text) as unknown[]).length),
  jsonb_build_object: { type: 'jsonb', run: (args) => canonicalJson(buildObject(args)) },
  json_build_object: { type: 'json', run: (args) => buildObject(args) },
  jsonb_path_query_array: strict('jsonb', (text: string, path: string) => {
    const [, count] = LAST_ITEMS.exec(path) ?? []
    if (count === undefined) throw new Error(`SQL: the path ${path} is not understood`)
    return JSON.stringify((JSON.parse(text) as unknown[]).slice(-Number(count) - 1))
  }),
  to_jsonb: strict('jsonb', (value: unknown) => JSON.stringify(value)),
}

function typeOfJson(json: unknown): string {
  if (json === null) return 'null'
  return Array.isArray(json) ? 'array' : typeof json
}

/** Arguments that are JSON already are told from text by their form. */
function buildObject(args: unknown[]): string {
  const members: string[] = []
  for (let at = 0; at < args.length; at += 2) {
    const value = args[at + 1]
    const isJson = typeof value === 'string' && /^[[{]/.test(value)
    members.push(`${JSON.stringify(args[at])}:${isJson ? value : JSON.stringify(value)}`)
  }
  return `{${members.join(',')}}`
}

const SERVER: Record<string, PlainFunction> = {
  pg_notify: {
    type: 'void',
    run: ([channel, payload], { transaction }) => {
      transaction.notices.push({
        channel: channel as string,
        payload: (payload as string | null) ?? '',
      })
      return ''
    },
  },
  set_config: { type: 'text', run: ([, value]) => value },
  current_setting: { type: 'text', run: () => '' },
  pg_current_xact_id: { type: 'xid8', run: (_, { transaction }) => transaction.number },
  pg_is_in_recovery: { type: 'boolean', run: () => false },
  gen_random_uuid: {
    type: 'uuid',
    run: (_, { database }) => createHash('md5').update(String(database.random())).digest('hex'),
  },
}

export const FUNCTIONS: Readonly<Record<string, PlainFunction>> = {
  ...TIME,
  ...TEXT,
  ...ARRAYS,
  ...NUMERIC,
  ...JSONS,
  ...SERVER,
}

/** Functions that give rows: one value or several for each row of their arguments. */
export const SET_FUNCTIONS: Readonly<
  Record<
    string,
    { type: (args: string[]) => string; rows: (arg: unknown, upTo?: unknown) => unknown[] }
  >
> = {
  unnest: {
    type: ([type = 'text[]']) => type.slice(0, -2),
    rows: (items) => (items ?? []) as unknown[],
  },
  generate_series: {
    type: ([type = 'int']) => type,
    rows: (from, to) =>
      Array.from(
        { length: Math.max(0, Number(to) - Number(from) + 1) },
        (_, index) => Number(from) + index,
      ),
  },
  jsonb_array_elements: {
    type: () => 'jsonb',
    rows: (text) =>
      text === null
        ? []
        : (JSON.parse(text as string) as unknown[]).map((item) => JSON.stringify(item)),
  },
  jsonb_array_elements_text: {
    type: () => 'text',
    rows: (text) =>
      text === null
        ? []
        : (JSON.parse(text as string) as unknown[]).map((item) =>
            item === null || typeof item === 'string' ? item : JSON.stringify(item),
          ),
  },
}
