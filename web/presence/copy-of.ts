// A version that somebody would otherwise lose, as a workflow of its own. Pure.

import type { WorkflowDocument } from '#machines/contracts/workflow.ts'

const MAX_NAME = 200
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz'

/**
 * @param document what is kept
 * @param name what the copy is called; cut to what a name may be
 * @param bytes 16 random ones, for the id
 */
export function copyOf(
  document: WorkflowDocument,
  name: string,
  bytes: Uint8Array,
): WorkflowDocument {
  const id = [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join('')
  return { ...document, id: `wf_${id}`, name: name.slice(0, MAX_NAME) }
}
