// Unsaved work in the browser's own memory, by person and workflow: whoever closes the tab, or loads it again without a
// connection, goes on where they were.

import { z } from 'zod'
import { type WorkflowDocument, WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'

export interface KeptDraft {
  document: WorkflowDocument
  /** What it was drawn over. */
  revision: number
}

export interface DraftShelf {
  read(): KeptDraft | null
  keep(draft: KeptDraft): void
  clear(): void
}

const KeptSchema = z.object({ revision: z.number().int(), document: WorkflowDocumentSchema })

export function createShelf(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  { workflowId, userId }: { workflowId: string; userId: string },
): DraftShelf {
  const key = `fluxolab-draft:${userId}:${workflowId}`
  return {
    read() {
      try {
        const { data } = KeptSchema.safeParse(JSON.parse(storage.getItem(key) ?? 'null'))
        return data?.document.id === workflowId ? data : null
      } catch {
        return null
      }
    },
    keep(draft) {
      try {
        storage.setItem(key, JSON.stringify(draft))
      } catch {
        // A full or forbidden memory must not keep anybody from drawing; the page warns before it is left.
      }
    },
    clear: () => storage.removeItem(key),
  }
}
