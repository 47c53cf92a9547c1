// Nodes for the clipboard: with arrows between them, and none to what stays behind. As JSON text they go into another
// workflow, another tab, a chat.

import { z } from 'zod'
import { containerDoneBy, END } from '#machines/compile/resolve.ts'
import { JsonObjectSchema } from '#machines/contracts/json.ts'
import { MAX_NODES, type WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Clip } from '../draft/draft.ts'
import { blockOf, type DocNode, type Outline, outlineOf, topsOf } from './outline.ts'
import { keep, rewire } from './rewire.ts'
import { withParent } from './splice.ts'

/** What a container holds comes with it. */
export function copyNodes(document: WorkflowDocument, ids: readonly string[]): Clip {
  const outline = outlineOf(document.nodes)
  const block = blockOf(outline, ids)
  const tops = new Set(topsOf(outline, ids).map(({ id }) => id))
  const nodes = document.nodes
    .filter(({ id }) => block.has(id))
    .map((node) => (tops.has(node.id) ? withParent(node, null) : node))
  const parted = rewire(nodes, apart(outline, block))
  return { fluxolab: 'nodes', nodes: parted.map((node) => JsonObjectSchema.parse(node)) }
}

/** Exits to nodes that are not copied end the run, until somebody connects them. */
function apart(outline: Outline, block: ReadonlySet<string>) {
  const { exit } = keep(outline, (target) => {
    const isInside = block.has(containerDoneBy(target) ?? target) || target.startsWith('$')
    return isInside ? target : END
  })
  return { exit, entry: () => undefined }
}

const ClipSchema = z.object({
  fluxolab: z.literal('nodes'),
  nodes: z
    .array(JsonObjectSchema.and(z.looseObject({ id: z.string(), type: z.string() })))
    .min(1)
    .max(MAX_NODES),
})

/** The nodes that a text from the clipboard holds, or null: it is something else. */
export function readClip(text: string): Clip | null {
  try {
    const { data } = ClipSchema.safeParse(JSON.parse(text))
    return data
      ? { fluxolab: 'nodes', nodes: data.nodes as (DocNode & Clip['nodes'][number])[] }
      : null
  } catch {
    return null
  }
}
