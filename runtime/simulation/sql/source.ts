// The rows of a query's sources, joined in the order in which they are written. Each condition is asked as soon as its
// columns are there; equalities become look-ups.

import type { Expression, FromItem } from './ast.ts'
import { compileExpression } from './expression.ts'
import { compileLeaf, type Leaf } from './leaf.ts'
import { type Compiled, type Frame, type Scope, type Source, tracked } from './scope.ts'
import { coerce } from './values.ts'

/** Calls `emit` for each joined row, in the frame's slots, until it returns true. */
export type Scan = (frame: Frame, emit: () => boolean) => boolean

interface Step {
  leaf: Leaf
  slot: number
  how: 'inner' | 'left'
  /** Conditions of an outer join: without a match its columns are null. */
  on: Condition[]
  /** Conditions on the joined row. */
  where: Condition[]
}

interface Condition {
  run: Compiled
  slots: number
  /** The column of the step's own source that has to equal something known before. */
  equality: { column: number; other: Compiled } | null
}

/** @returns the scan; the scope then knows the sources' names */
export function compileSources(
  from: FromItem | null,
  where: Expression | null,
  scope: Scope,
): Scan {
  const steps: Step[] = []
  const inner: Expression[] = []
  if (from) addSources(from, scope, { steps, inner })
  const conditions = [...inner, ...conjunctsOf(where)]
  const early: Condition[] = []
  for (const expression of conditions) {
    const step = steps[lastSlot(slotsOf(expression, scope))]
    if (step) step.where.push(compileCondition(expression, scope, step))
    else early.push(compileCondition(expression, scope, null))
  }
  return chain(steps, early)
}

function chain(steps: Step[], early: Condition[]): Scan {
  let scan: Scan = (_, emit) => emit()
  for (const step of steps.toReversed()) scan = stepScan(step, scan)
  if (early.length === 0) return scan
  const rest = scan
  return (frame, emit) => (holds(early, frame) ? rest(frame, emit) : false)
}

function addSources(
  from: FromItem,
  scope: Scope,
  found: { steps: Step[]; inner: Expression[] },
): void {
  if (from.kind !== 'join') {
    addLeaf(from, scope, found.steps)
    return
  }
  addSources(from.left, scope, found)
  if (from.how === 'inner') {
    addSources(from.right, scope, found)
    found.inner.push(...conditionsOf(from, scope))
    return
  }
  if (from.right.kind === 'join') throw new Error('SQL: a join right of a left join')
  const step = addLeaf(from.right, scope, found.steps)
  step.how = 'left'
  step.on = conditionsOf(from, scope).map((on) => compileCondition(on, scope, step))
}

function addLeaf(from: Exclude<FromItem, { kind: 'join' }>, scope: Scope, steps: Step[]): Step {
  const slot = scope.sources.length
  const leaf = compileLeaf(from, scope)
  scope.sources.push({ alias: from.alias, slot, columns: leaf.columns, table: leaf.table })
  const step: Step = { leaf, slot, how: 'inner', on: [], where: [] }
  steps.push(step)
  return step
}

function conditionsOf(join: FromItem & { kind: 'join' }, scope: Scope): Expression[] {
  const right = scope.sources.at(-1) as Source
  const equalities = join.using.map((name): Expression => {
    const left = scope.sources.find(
      (source) => source !== right && source.columns.some((column) => column.name === name),
    )
    scope.merged.add(name)
    return {
      kind: 'binary',
      op: '=',
      left: { kind: 'column', table: left?.alias ?? '', name },
      right: { kind: 'column', table: right.alias, name },
    }
  })
  return [...equalities, ...conjunctsOf(join.on)]
}

function conjunctsOf(expression: Expression | null): Expression[] {
  if (expression === null) return []
  if (expression.kind !== 'binary' || expression.op !== 'and') return [expression]
  return [...conjunctsOf(expression.left), ...conjunctsOf(expression.right)]
}

const slotsOf = (expression: Expression, scope: Scope): number =>
  tracked(scope, () => compileExpression(expression, scope)).slots

const lastSlot = (slots: number): number => 31 - Math.clz32(slots)

function compileCondition(expression: Expression, scope: Scope, step: Step | null): Condition {
  const { result, slots } = tracked(scope, () => compileExpression(expression, scope))
  return { run: result, slots, equality: step && equalityOf(expression, scope, step) }
}

function equalityOf(expression: Expression, scope: Scope, step: Step): Condition['equality'] {
  if (expression.kind !== 'binary' || expression.op !== '=') return null
  const sides = [
    [expression.left, expression.right],
    [expression.right, expression.left],
  ] as const
  for (const [own, other] of sides) {
    if (own.kind !== 'column') continue
    if (slotsOf(own, scope) !== 1 << step.slot) continue
    const { result, slots } = tracked(scope, () => compileExpression(other, scope))
    if ((slots & (1 << step.slot)) !== 0) continue
    const column = step.leaf.columns.findIndex(({ name }) => name === own.name)
    const type = step.leaf.columns[column]?.type ?? 'unknown'
    if (column < 0) continue
    return { column, other: result.type === 'unknown' ? asType(result, type) : result }
  }
  return null
}

function asType(compiled: Compiled, type: string): Compiled {
  return { type, run: (frame) => coerce(compiled.run(frame), type) }
}

function holds(conditions: readonly Condition[], frame: Frame): boolean {
  for (const { run } of conditions) if (run.run(frame) !== true) return false
  return true
}

function stepScan(step: Step, next: Scan): Scan {
  const { leaf, slot, how, on, where } = step
  const own = how === 'left' ? on : where
  const equalities = own.flatMap(({ equality }) => equality ?? [])
  const { rows, used } = leaf.plan(equalities)
  const isUsed = (condition: Condition): boolean =>
    condition.equality !== null && used.includes(condition.equality.column)
  const rest = own.filter((condition) => !isUsed(condition))
  const nulls = Object.freeze(leaf.columns.map(() => null))
  return (frame, emit) => {
    let isMatched = false
    const isStopped = rows(frame, (values, row) => {
      frame.slots[slot] = values
      frame.rows[slot] = row
      if (!holds(rest, frame)) return false
      isMatched = true
      if (how === 'left' && !holds(where, frame)) return false
      return next(frame, emit)
    })
    if (isStopped || isMatched || how === 'inner') return isStopped
    frame.slots[slot] = nulls
    frame.rows[slot] = null
    return holds(where, frame) && next(frame, emit)
  }
}
