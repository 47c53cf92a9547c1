// Copies of nodes beside them: they lead to where the originals lead, and nothing leads to them yet.

import { containerDoneBy, doneOf, type ResolvedNode } from '#machines/compile/resolve.ts'
import { MAX_NODES, type WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import type { Names } from './expression-names.ts'
import { freshNames } from './fresh-names.ts'
import {
  aroundOf,
  blockOf,
  type DocNode,
  exitOf,
  isPlain,
  type Outline,
  outlineOf,
  topsOf,
} from './outline.ts'
import { withNames } from './references.ts'
import { keep, rewire, type Wanted } from './rewire.ts'
import { indexFor } from './splice.ts'

export function duplicateNodes(document: WorkflowDocument, ids: readonly string[]): Edit {
  const { nodes } = document
  const outline = outlineOf(nodes)
  const tops = topsOf(outline, ids)
  const block = blockOf(outline, ids)
  if (tops.length === 0 || nodes.length + block.size > MAX_NODES) return unchanged(document, ids)
  const originals = nodes.filter(({ id }) => block.has(id))
  const names = freshNames(nodes, originals)
  const levels = Map.groupBy(tops, ({ parent }) => parent)
  const placed = [...levels].reduce<DocNode[]>(
    (list, [parent, level]) => {
      const inside = blockOf(
        outline,
        level.map(({ id }) => id),
      )
      const copies = originals
        .filter((node) => inside.has(node.id))
        .map((node) => withNames(node, names))
      const at = indexFor(list, outlineOf(list), { parent, behind: level.at(-1)?.id ?? null })
      return list.toSpliced(at, 0, ...copies)
    },
    [...nodes],
  )
  const select = tops.map(({ id }) => names.get(id) ?? id)
  return withNodes(document, rewire(placed, wantedFor(outline, { names, levels })), select)
}

interface Copies {
  names: Names
  /** What is copied, by the container that it stands in. */
  levels: ReadonlyMap<string | null, readonly ResolvedNode[]>
}

/**
 * Where a loop, a path or an interrupt ends only its last step says so, and there is one of them: there the copies come
 * after the originals, and the steps are done twice.
 */
function wantedFor(outline: Outline, { names, levels }: Copies): Wanted {
  const originals = new Map(Array.from(names, ([id, copy]) => [copy, id]))
  return {
    entry: keep(outline).entry,
    exit: ({ id }, exit) => {
      const original = originals.get(id)
      const was = exitOf(outline, original ?? id, exit.port.name)?.target
      if (was === undefined) return undefined
      if (original !== undefined) return nameOf(was, names)
      const container = containerDoneBy(was)
      const isTwice =
        names.has(id) && container !== null && isEnd(outline, { id, container, names })
      return isTwice ? names.get(levels.get(container)?.[0]?.id ?? '') : was
    },
  }
}

/** Of what is copied too it is the copy. */
function nameOf(target: string, names: Names): string {
  const container = containerDoneBy(target)
  if (container === null) return names.get(target) ?? target
  return doneOf(names.get(container) ?? container)
}

function isEnd(
  outline: Outline,
  { id, container, names }: { id: string; container: string; names: Names },
): boolean {
  const node = outline.byId.get(container)
  const isInside = aroundOf(outline, id).includes(container)
  return node !== undefined && isInside && !isPlain(outline, node) && !names.has(container)
}
