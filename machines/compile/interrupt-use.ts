// What leads into the interrupts of a workflow: words and events, as they are compared with what arrives.

import type { CompleteNode } from './resolve.ts'

export interface InterruptUse {
  id: string
  /** Plain words. */
  words: ReadonlySet<string>
  event: string | null
}

/** The interrupts of a document, in its order. */
export function interruptUses(nodes: readonly CompleteNode[]): InterruptUse[] {
  return nodes.flatMap(({ id, kind, node }) => {
    const lowering = kind.lower(node)
    if (lowering.shape !== 'interrupt') return []
    return [{ id, words: new Set(lowering.words), event: lowering.event }]
  })
}
