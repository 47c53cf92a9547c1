// The columns that come out of a query, computed from the rows under hand.

import type { Values } from '../store/types.ts'
import type { Expression, SelectItem } from './ast.ts'
import { compileExpression } from './expression.ts'
import { SET_FUNCTIONS } from './functions.ts'
import type { Frame, NamedType, Scope } from './scope.ts'

/** Rows with what they are ordered by. */
export interface Produced {
  values: unknown[]
  order: unknown[]
}

interface Output {
  columns: NamedType[]
  project: (frames: Frame[]) => Produced[]
}

export function compileItems(items: SelectItem[], scope: Scope): Output {
  const parts = items.map((item) => compileItem(item, scope))
  const columns = parts.flatMap((part) => part.columns)
  const setPart = parts.find((part) => part.rows !== null)
  const valuesOf = (frame: Frame): unknown[] => {
    const values: unknown[] = []
    for (const part of parts) part.read(frame, values)
    return values
  }
  const project = (frames: Frame[]): Produced[] => {
    if (!setPart?.rows) return frames.map((frame) => ({ values: valuesOf(frame), order: [] }))
    const at = parts.indexOf(setPart)
    const { rows } = setPart
    return frames.flatMap((frame) => {
      const values = valuesOf(frame)
      return rows(frame).map((value) => ({ values: values.with(at, value), order: [] }))
    })
  }
  return { columns, project }
}

interface Part {
  columns: NamedType[]
  read: (frame: Frame, into: unknown[]) => void
  /** Set when the item gives several rows. */
  rows: ((frame: Frame) => unknown[]) | null
}

function compileItem(item: SelectItem, scope: Scope): Part {
  const { expression, alias, table } = item
  if (expression === null) return compileStar(table, scope)
  const name = alias ?? nameOf(expression)
  const set = expression.kind === 'call' ? SET_FUNCTIONS[expression.name] : undefined
  if (expression.kind === 'call' && set) {
    const args = expression.args.map((arg) => compileExpression(arg, scope))
    return {
      columns: [{ name, type: set.type(args.map(({ type }) => type)) }],
      read: (_, into) => into.push(null),
      rows: (frame) => set.rows(args[0]?.run(frame), args[1]?.run(frame)),
    }
  }
  const compiled = compileExpression(expression, scope)
  return {
    columns: [{ name, type: compiled.type }],
    read: (frame, into) => into.push(compiled.run(frame)),
    rows: null,
  }
}

function compileStar(table: string | null, scope: Scope): Part {
  const sources = scope.sources.filter(({ alias }) => table === null || alias === table)
  return {
    columns: sources.flatMap(({ columns }) => columns),
    read: (frame, into) => {
      for (const { slot } of sources) into.push(...(frame.slots[slot] as Values))
    },
    rows: null,
  }
}

function nameOf(expression: Expression): string {
  if (expression.kind === 'column') return expression.name
  if (expression.kind === 'call') return expression.name
  if (expression.kind === 'cast') return nameOf(expression.arg)
  return expression.kind === 'case' ? 'case' : expression.kind === 'exists' ? 'exists' : '?column?'
}
