// The first document of a workflow: a trigger and nothing else, or an example under an id of its own.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { withReferences } from '#machines/exchange/references.ts'

/** What a trigger cannot be without. */
const FIRST_FIELDS: Readonly<Record<string, JsonObject>> = {
  schedule: { cron: '0 9 * * mon-fri', audience: { tags: ['novo'] } },
  event: { event: 'meu.evento' },
}

const ID_LETTERS = 'abcdefghjkmnpqrstvwxyz0123456789'

/** An id that nobody else has: 26 letters of 5 bits. */
export function freshWorkflowId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(26))
  return `wf_${Array.from(bytes, (byte) => ID_LETTERS[byte % ID_LETTERS.length]).join('')}`
}

export function newDocument(id: string, name: string, trigger: string): WorkflowDocument {
  return { id, name, trigger: { type: trigger, ...FIRST_FIELDS[trigger] }, nodes: [] }
}

/** The same document as another workflow; what runs itself goes on running itself. */
export function withIdentity(
  document: WorkflowDocument,
  id: string,
  name: string,
): WorkflowDocument {
  const self = {
    kind: 'workflow' as const,
    name: document.id,
    language: null,
    choice: { use: 'existing' as const, name: id },
  }
  const mapped = withReferences(document as JsonObject, [self])
  return { ...mapped, id, name } as WorkflowDocument
}
