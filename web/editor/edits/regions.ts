// Paths of a parallel are groups: anything else that is put there gets one around it.

import { doneOf } from '#machines/compile/resolve.ts'
import { freshId } from './fresh-id.ts'
import { type DocNode, shapeOf } from './outline.ts'
import type { Piece, Spot } from './spots.ts'

export function inRegion(nodes: readonly DocNode[], piece: Piece, { parent }: Spot): Piece {
  const around = nodes.find(({ id }) => id === parent)
  const tops = piece.nodes.filter(({ id }) => piece.tops.has(id))
  const isParallel = shapeOf(around?.type ?? '') === 'parallel'
  if (!isParallel || tops.every(({ type }) => shapeOf(type) === 'group')) return piece
  const id = freshId([...nodes, ...piece.nodes], 'caminho')
  const inside = piece.nodes.map((node) =>
    piece.tops.has(node.id) ? { ...node, parent: id } : node,
  )
  return {
    nodes: [{ id, type: 'group' }, ...inside],
    tops: new Set([id]),
    head: id,
    exit: (node, exit) => (node.id === id ? undefined : piece.exit(node, exit, doneOf(id))),
  }
}
