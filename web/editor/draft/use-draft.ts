// The draft of the workflow that is open: made of what the server gave, and let go of with the page.

import { useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose, provide, watch } from 'vue'
import type { WorkflowDetail } from '#machines/contracts/api.ts'
import { type WorkflowDocument, WorkflowDocumentSchema } from '#machines/contracts/workflow.ts'
import { isApiError } from '../../api/errors.ts'
import { keys } from '../../api/queries.ts'
import { conflictOf, saveDraft } from '../../api/versions.ts'
import { useBuilder } from '../../builder/use-builder.ts'
import { useSession } from '../../state/session.ts'
import { createDraft } from './create-draft.ts'
import { type Draft, draftKey } from './draft.ts'
import { createShelf } from './kept-draft.ts'
import { unhurriedShelf } from './unhurried-shelf.ts'

const SHELF_PAUSE = 400
const PAUSES = { typing: 600, first: 1000, longest: 30_000 }

/**
 * For one workflow: another one is another component. What comes in newer is taken over while nothing here is unsaved.
 * @throws {Error} when the draft has not even the outline of a document; the server keeps none
 */
export function useDraft(workflow: () => WorkflowDetail): Draft {
  const queries = useQueryClient()
  const mayBuild = useBuilder()
  const userId = useSession().session.value?.user.id ?? ''
  const { id, definition, revision } = workflow()

  async function save(document: WorkflowDocument, seen: number) {
    const { tests: _tests, ...saved } = await saveDraft(document, seen)
    queries.setQueryData<WorkflowDetail>(keys.workflow(id), saved)
    void queries.invalidateQueries({ queryKey: keys.workflows })
    return { revision: saved.revision, savedAt: saved.savedAt }
  }

  const shelf = unhurriedShelf(createShelf(localStorage, { workflowId: id, userId }), {
    page: window,
    pause: SHELF_PAUSE,
  })
  const draft = createDraft({
    workflowId: id,
    document: WorkflowDocumentSchema.parse(definition),
    revision,
    isReadonly: !mayBuild.value,
    shelf,
    page: window,
    save,
    conflictOf,
    isPassing,
    random: Math.random,
    pauses: PAUSES,
  })
  watch(workflow, (newer) => {
    const { data: document } = WorkflowDocumentSchema.safeParse(newer.definition)
    if (newer.id !== id || !document) return
    draft.receive({ document, revision: newer.revision, savedAt: newer.savedAt })
  })
  onScopeDispose(() => {
    shelf.close()
    draft.dispose()
  })
  provide(draftKey, draft)
  return draft
}

/** No answer, a server that is not well, or one that asks for patience. */
function isPassing(error: unknown): boolean {
  if (!isApiError(error)) return false
  const { status } = error.failure
  return status === 0 || status === 408 || status === 429 || status >= 500
}
