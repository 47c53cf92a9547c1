// Nodes taken away for good.

import { TRIGGER } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { unchanged, withNodes } from './edit.ts'
import { ungroup } from './group-nodes.ts'
import { blockOf, isHolder, lineOf, type Outline, outlineOf, topsOf } from './outline.ts'
import { clearPositions } from './positions.ts'
import { takeOut } from './take-out.ts'

export interface Removal {
  /** What becomes of what a container holds; left out: it goes with it. */
  children?: 'remove' | 'keep' | undefined
}

/** What led to them leads to where they led. */
export function removeNodes(
  document: WorkflowDocument,
  ids: readonly string[],
  { children = 'remove' }: Removal = {},
): Edit {
  const outline = outlineOf(document.nodes)
  const known = ids.filter((id) => outline.byId.has(id))
  if (known.length === 0) return unchanged(document)
  if (children === 'keep') return removeAlone(document, known)
  const gone = blockOf(outline, known)
  const select = selectAfter(outline, gone)
  const { document: tidy } = clearPositions(document, [...gone])
  return withNodes(tidy, takeOut(document.nodes, gone), select)
}

/** Containers are taken from around what they hold, unless that was chosen too. */
function removeAlone(document: WorkflowDocument, ids: readonly string[]): Edit {
  const isContainer = (id: string) =>
    document.nodes.some((node) => node.id === id && isHolder(node.type))
  const steps = ids.filter((id) => !isContainer(id))
  const opened = ids.filter(isContainer).reduce<Edit>(
    ({ document: now, select: children }, id) => {
      const edit = ungroup(now, id)
      return { document: edit.document, select: [...children, ...edit.select] }
    },
    { document, select: [] },
  )
  const { document: without, select } = removeNodes(opened.document, steps)
  const left = opened.select.filter((id) => without.nodes.some((node) => node.id === id))
  return { document: without, select: left.length > 0 ? left : select }
}

/** The step before the first of them, so that going on typing goes on from there. */
function selectAfter(outline: Outline, gone: ReadonlySet<string>): string[] {
  const [first] = topsOf(outline, gone)
  if (!first) return []
  const line = lineOf(outline, first.parent).map(({ id }) => id)
  const at = line.indexOf(first.id)
  const before = line.slice(0, Math.max(at, 0)).findLast((id) => !gone.has(id))
  const after = line.slice(at + 1).find((id) => !gone.has(id))
  return [before ?? after ?? first.parent ?? TRIGGER]
}
