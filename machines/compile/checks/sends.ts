// PURPOSE_MISSING: a message whose purpose is not named, so that nobody can ask for the consent to it.

import type { Finding } from '../diagnostics.ts'
import type { ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import { addAt } from './fix.ts'
import { traceTo } from './trace.ts'

/** True for nodes that write to the contact. */
export function isSend({ kind, node }: ResolvedNode): boolean {
  const needs = kind?.needs(node)
  return needs?.channel !== undefined && needs.isSilent === undefined
}

/** Every message without a purpose. The fix asks for more consent rather than less: templates are marketing. */
export function sendsWithoutPurpose({ flow }: Checked): Finding[] {
  return flow.nodes.flatMap((node) => {
    const needs = node.kind?.needs(node.node)
    if (needs === undefined || !isSend(node) || needs.purpose !== undefined) return []
    const purpose = needs.template === undefined ? 'service' : 'marketing'
    const fix = [addAt(placeOf(node, '.purpose').path, purpose)]
    const trace = traceTo(flow, node.id)
    return [{ code: 'PURPOSE_MISSING', ...placeOf(node), detail: node.id, fix, trace }]
  })
}
