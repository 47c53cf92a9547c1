// A workflow that begins: from nothing or from an example it is saved at once; by prompt it is saved as an empty draft
// first, because the model is asked for a workflow that is there, and thrown away where nobody wants the answer.

import { useMutation } from '@tanstack/vue-query'
import { ref } from 'vue'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { keepTests } from '../api/exchange.ts'
import { deleteWorkflow, useRefreshWorkflows } from '../api/shelf.ts'
import { saveDraft } from '../api/versions.ts'
import { loadExample } from './gallery.ts'
import { freshWorkflowId, newDocument, withIdentity } from './new-document.ts'
import { useProposal } from './use-proposal.ts'

export type Beginning =
  | { how: 'empty'; name: string; trigger: string }
  | { how: 'gallery'; name: string; example: string }

/** @param onMade the workflow is on the server */
export function useNewWorkflow(onMade: (made: { id: string; name: string }) => void) {
  const refresh = useRefreshWorkflows()
  const proposing = useProposal()
  /** The empty draft that a proposal is asked for. */
  const started = ref<WorkflowDocument | null>(null)

  const making = useMutation({
    mutationFn: async (beginning: Beginning): Promise<WorkflowDocument> => {
      const id = freshWorkflowId()
      if (beginning.how === 'empty') {
        const document = newDocument(id, beginning.name, beginning.trigger)
        await saveDraft(document)
        return document
      }
      const example = await loadExample(beginning.example)
      const document = withIdentity(example.document, id, beginning.name)
      await saveDraft(document)
      await keepTests(id, example.tests)
      return document
    },
    onSuccess: done,
  })
  const asking = useMutation({
    mutationFn: async ({ name, trigger }: { name: string; trigger: string; prompt: string }) => {
      const document = started.value ?? newDocument(freshWorkflowId(), name, trigger)
      if (started.value === null) await saveDraft(document)
      return document
    },
    onSuccess: (document, { prompt }) => {
      started.value = document
      proposing.ask({ workflowId: document.id, prompt, document })
    },
  })
  const taking = useMutation({
    mutationFn: async (name: string): Promise<WorkflowDocument> => {
      const proposed = proposing.proposal.value?.definition as WorkflowDocument
      const document = { ...proposed, name }
      await saveDraft(document)
      return document
    },
    onSuccess: (document) => {
      started.value = null
      done(document)
    },
  })

  function done({ id, name }: WorkflowDocument): void {
    void refresh()
    onMade({ id, name })
  }
  /** Leaves nothing behind of a draft that nobody wanted. */
  async function leave(): Promise<void> {
    proposing.stop()
    const draft = started.value
    started.value = null
    if (draft) await deleteWorkflow(draft.id).catch(() => null)
    if (draft) await refresh()
  }
  return { making, asking, taking, proposing, leave }
}
