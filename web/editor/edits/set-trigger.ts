// What starts the workflow.

import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Edit } from '../draft/draft.ts'
import { TRIGGER } from '#machines/compile/resolve.ts'

export function setTrigger(document: WorkflowDocument, trigger: WorkflowDocument['trigger']): Edit {
  return { document: { ...document, trigger }, select: [TRIGGER] }
}
