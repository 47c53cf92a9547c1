// Queries: sources, groups, order, locks, limit and the columns that come out; with what stands before them in `with`.

import type { Body, Expression, Query, Select } from './ast.ts'
import { compareRows, type Ordering } from './call.ts'
import { compileExpression } from './expression.ts'
import { computeWindows, groupRows } from './grouping.ts'
import { lockFrames, locksOf } from './locking.ts'
import { compileItems, type Produced } from './output.ts'
import {
  type Compiled,
  type CompiledQuery,
  type Compiler,
  createFrame,
  createScope,
  type CteNames,
  type Execution,
  type Frame,
  type NamedType,
  type Scope,
} from './scope.ts'
import { compileSources } from './source.ts'
import { groupKey } from './values.ts'
import { compileWrite } from './write.ts'

interface CompiledBody {
  columns: NamedType[]
  isCorrelated: boolean
  produce: (execution: Execution, parent: Frame | null, limit: number) => Produced[]
  exists?: (execution: Execution, parent: Frame | null) => boolean
}

export function createCompiler(tables: Compiler['tables']): Compiler {
  const compiler: Compiler = {
    tables,
    query: (query, parent, ctes) => compileQuery(query, { compiler, parent, ctes }),
  }
  return compiler
}

interface Around {
  compiler: Compiler
  parent: Scope | null
  ctes: CteNames
}

function compileQuery(query: Query, around: Around): CompiledQuery {
  const ctes = new Map(around.ctes)
  const named: { key: object; query: CompiledQuery }[] = []
  for (const { name, columns, query: inner } of query.with) {
    const key = {}
    const compiled =
      query.isRecursive && inner.body.kind === 'union'
        ? compileRecursive({ name, key, body: inner.body }, { ...around, ctes: new Map(ctes) })
        : compileQuery(inner, { ...around, ctes: new Map(ctes) })
    named.push({ key, query: compiled })
    ctes.set(name, {
      key,
      columns: compiled.columns.map((column, at) => ({
        ...column,
        name: columns[at] ?? column.name,
      })),
    })
  }
  const body = compileBody(query.body, query, { ...around, ctes })
  const limit = compileNumber(query.limit, { ...around, ctes })
  const offset = compileNumber(query.offset, { ...around, ctes })
  const prepare = (execution: Execution, parent: Frame | null): void => {
    for (const { key, query: inner } of named) execution.memo.set(key, inner.run(execution, parent))
  }
  const run = (execution: Execution, parent: Frame | null): unknown[][] => {
    prepare(execution, parent)
    const most = limit?.(execution, parent) ?? Infinity
    const skipped = offset?.(execution, parent) ?? 0
    const rows = body.produce(execution, parent, most + skipped)
    const taken = skipped > 0 || most < rows.length ? rows.slice(skipped, skipped + most) : rows
    return taken.map(({ values }) => values)
  }
  const exists = (execution: Execution, parent: Frame | null): boolean => {
    if (!body.exists || named.length > 0) return run(execution, parent).length > 0
    return body.exists(execution, parent)
  }
  return {
    columns: body.columns,
    isCorrelated: body.isCorrelated || named.some(({ query: inner }) => inner.isCorrelated),
    run,
    exists,
  }
}

/** A limit or an offset; null, also when it comes out so, is none. */
function compileNumber(
  expression: Expression | null,
  { compiler, parent, ctes }: Around,
): ((execution: Execution, parent: Frame | null) => number | null) | null {
  if (!expression) return null
  const scope = createScope(compiler, parent, ctes)
  const compiled = compileExpression(expression, scope)
  return (execution, frame) => {
    const value = compiled.run(createFrame(scope, execution, frame))
    return value === null ? null : Number(value)
  }
}

function compileBody(body: Body, query: Query, around: Around): CompiledBody {
  switch (body.kind) {
    case 'select':
      return compileSelect(body, query, around)
    case 'values':
      return compileValues(body.rows, around)
    case 'union':
      return compileUnion(body, query, around)
    case 'nested': {
      const inner = compileQuery(body.query, around)
      return {
        columns: inner.columns,
        isCorrelated: inner.isCorrelated,
        produce: (execution, frame) =>
          inner.run(execution, frame).map((values) => ({ values, order: [] })),
      }
    }
    default: {
      const { compiler, parent, ctes } = around
      const write = compileWrite(body, createScope(compiler, parent, ctes))
      return {
        columns: write.columns,
        isCorrelated: true,
        produce: (execution, frame) =>
          write.run(execution, frame).map((values) => ({ values, order: [] })),
      }
    }
  }
}

const BARE = { with: [], isRecursive: false, orderBy: [], limit: null, offset: null, locks: [] }

/** The first part, then the second over what came last, until nothing comes. */
function compileRecursive(
  { name, key, body }: { name: string; key: object; body: Body & { kind: 'union' } },
  around: Around,
): CompiledQuery {
  const first = compileBody(body.left, { ...BARE, body: body.left }, around)
  const ctes = new Map(around.ctes)
  ctes.set(name, { key, columns: first.columns, isChanging: true })
  const next = compileBody(body.right, { ...BARE, body: body.right }, { ...around, ctes })
  const run = (execution: Execution, parent: Frame | null): unknown[][] => {
    let last = first.produce(execution, parent, Infinity)
    const all = [...last]
    while (last.length > 0) {
      execution.memo.set(
        key,
        last.map(({ values }) => values),
      )
      last = next.produce(execution, parent, Infinity)
      all.push(...last)
    }
    return all.map(({ values }) => values)
  }
  return {
    columns: first.columns,
    isCorrelated: first.isCorrelated,
    run,
    exists: (execution, parent) => run(execution, parent).length > 0,
  }
}

function compileValues(rows: Expression[][], { compiler, parent, ctes }: Around): CompiledBody {
  const scope = createScope(compiler, parent, ctes)
  const compiled = rows.map((row) => row.map((item) => compileExpression(item, scope)))
  return {
    columns: (compiled[0] ?? []).map(({ type }, index) => ({ name: `column${index + 1}`, type })),
    isCorrelated: scope.reads.outside,
    produce: (execution, frame) => {
      const own = createFrame(scope, execution, frame)
      return compiled.map((row) => ({ values: row.map((item) => item.run(own)), order: [] }))
    },
  }
}

function compileUnion(body: Body & { kind: 'union' }, query: Query, around: Around): CompiledBody {
  const left = compileBody(body.left, { ...BARE, body: body.left }, around)
  const right = compileBody(body.right, { ...BARE, body: body.right }, around)
  const order = query.orderBy.map((item) => ({
    ...item,
    column: left.columns.findIndex(
      ({ name }) => item.expression.kind === 'column' && item.expression.name === name,
    ),
  }))
  const produce = (execution: Execution, parent: Frame | null): Produced[] => {
    const both = [
      ...left.produce(execution, parent, Infinity),
      ...right.produce(execution, parent, Infinity),
    ]
    const rows = body.all ? both : distinctRows(both)
    if (order.length === 0) return rows
    const keyed = rows.map((row) => ({
      ...row,
      order: order.map(({ column }) => row.values[column]),
    }))
    return keyed.toSorted((a, b) => compareRows(a.order, b.order, order))
  }
  return { columns: left.columns, isCorrelated: left.isCorrelated || right.isCorrelated, produce }
}

function distinctRows(rows: Produced[]): Produced[] {
  const known = new Map<string, Produced>()
  for (const row of rows) {
    const key = groupKey(row.values)
    if (!known.has(key)) known.set(key, row)
  }
  return [...known.values()]
}

/** A row under hand, kept while others are looked at. */
function keep(frame: Frame): Frame {
  const { parent, execution, aggregates, windows } = frame
  return {
    slots: frame.slots.slice(),
    rows: frame.rows.slice(),
    parent,
    execution,
    aggregates,
    windows,
  }
}

function compileSelect(select: Select, query: Query, around: Around): CompiledBody {
  const scope = createScope(around.compiler, around.parent, around.ctes)
  const scan = compileSources(select.from, select.where, scope)
  const output = compileItems(select.items, scope)
  const groupBy = select.groupBy.map((item) =>
    compileExpression(aliased(item, select, output.columns), scope),
  )
  const having = select.having && compileExpression(select.having, scope)
  const distinctOn = select.distinctOn.map((item) =>
    compileExpression(aliased(item, select, output.columns), scope),
  )
  const order = query.orderBy.map((item) => ({
    ...item,
    by: compileExpression(aliased(item.expression, select, output.columns), scope),
  }))
  const locks = locksOf(query, scope)
  const isGrouped = groupBy.length > 0 || scope.aggregates.length > 0
  const isSimple = !isGrouped && scope.windows.length === 0 && locks.length === 0

  const produce = (execution: Execution, parent: Frame | null, limit: number): Produced[] => {
    const frame = createFrame(scope, execution, parent)
    execution.clock = execution.startedAt
    let frames: Frame[] = []
    // Without an order the first ones will do, but the locks decide which they are.
    const isEnough = order.length === 0 && isSimple && !select.distinct && distinctOn.length === 0
    scan(frame, () => frames.push(keep(frame)) >= limit && isEnough)
    if (isGrouped) frames = groupRows(frames, { scope, groupBy, having, empty: frame })
    computeWindows(frames, scope.windows)
    const sorted = sortFrames(frames, order)
    const chosen = distinctOn.length > 0 ? firstOfEach(sorted, distinctOn) : sorted
    execution.clock = execution.database.now()
    const locked = locks.length > 0 ? lockFrames(chosen, locks, { execution, limit }) : chosen
    const rows = output.project(locked)
    return select.distinct ? distinctRows(rows) : rows
  }
  const exists = (execution: Execution, parent: Frame | null): boolean =>
    scan(createFrame(scope, execution, parent), () => true)
  return {
    columns: output.columns,
    isCorrelated: scope.reads.outside,
    produce,
    ...(isSimple && query.limit === null && { exists }),
  }
}

/** `order by` and `group by` may name a column that comes out, or its place. */
function aliased(expression: Expression, select: Select, columns: NamedType[]): Expression {
  const isPlace = expression.kind === 'literal' && typeof expression.value === 'number'
  const place = isPlace
    ? (expression.value as number) - 1
    : expression.kind === 'column' && expression.table === null
      ? select.items.findIndex(({ alias }) => alias === expression.name)
      : -1
  const item =
    place < 0 || columns.length !== select.items.length ? null : select.items[place]?.expression
  return item ?? expression
}

function sortFrames(frames: Frame[], order: (Ordering & { by: Compiled })[]): Frame[] {
  if (order.length === 0 || frames.length < 2) return frames
  const keyed = frames.map((frame) => ({ frame, keys: order.map(({ by }) => by.run(frame)) }))
  return keyed
    .toSorted((left, right) => compareRows(left.keys, right.keys, order))
    .map(({ frame }) => frame)
}

function firstOfEach(frames: Frame[], on: Compiled[]): Frame[] {
  const known = new Map<string, Frame>()
  for (const frame of frames) {
    const key = groupKey(on.map((item) => item.run(frame)))
    if (!known.has(key)) known.set(key, frame)
  }
  return [...known.values()]
}
