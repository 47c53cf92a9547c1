// Where people have put nodes. `layout` is not part of what a workflow does; nodes without a position are laid out.

import { z } from 'zod'
import { END, FAILED, TRIGGER } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged } from './edit.ts'

export interface Position {
  x: number
  y: number
}

/** Drawn for every workflow, though its document has no nodes for them. */
const DRAWN = [TRIGGER, END, FAILED] as const

const PositionSchema = z.object({ x: z.number(), y: z.number() })
const LayoutSchema = z.looseObject({ positions: z.record(z.string(), z.unknown()).optional() })

/** By node id; what is no position is left out. */
export function positionsOf({ layout }: Pick<WorkflowDocument, 'layout'>): Map<string, Position> {
  const { positions = {} } = LayoutSchema.safeParse(layout).data ?? {}
  return new Map(
    Object.entries(positions).flatMap(([id, value]) => {
      const { data } = PositionSchema.safeParse(value)
      return data ? [[id, data]] : []
    }),
  )
}

export function setPositions(
  document: WorkflowDocument,
  positions: Readonly<Record<string, Position>>,
): Edit {
  const known = new Set([...DRAWN, ...document.nodes.map(({ id }) => id)])
  const moved = Object.entries(positions).filter(([id]) => known.has(id))
  if (moved.length === 0) return unchanged(document)
  const all = new Map([...positionsOf(document), ...moved])
  const select = moved.flatMap(([id]) => (id.startsWith('$') ? [] : [id]))
  return { document: withPositions(document, all), select }
}

/** Left out `ids`: all of them, the whole chart is laid out again. */
export function clearPositions(document: WorkflowDocument, ids?: readonly string[]): Edit {
  const positions = positionsOf(document)
  const cleared = ids ?? [...positions.keys()]
  if (!cleared.some((id) => positions.has(id))) return unchanged(document, ids)
  for (const id of cleared) positions.delete(id)
  return { document: withPositions(document, positions), select: ids ?? [] }
}

export function withPositions(
  document: WorkflowDocument,
  positions: ReadonlyMap<string, Position>,
): WorkflowDocument {
  const { positions: _before, ...others } = LayoutSchema.safeParse(document.layout).data ?? {}
  const layout =
    positions.size === 0 ? others : { ...others, positions: Object.fromEntries(positions) }
  const { layout: _layout, ...rest } = document
  return Object.keys(layout).length === 0 ? rest : { ...rest, layout }
}
