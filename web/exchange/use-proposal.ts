// A draft that the model is asked for: what came back, why nothing came, and stopping while it is on the way.

import { useMutation } from '@tanstack/vue-query'
import { computed, onScopeDispose, shallowRef } from 'vue'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { ProposeReply } from '#machines/contracts/workflow-exchange.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { isApiError } from '../api/errors.ts'
import { proposeDraft } from '../api/exchange.ts'
import { errorsOf } from '../canvas/problems.ts'

interface Asked {
  workflowId: string
  prompt: string
  document: WorkflowDocument
}

export function useProposal() {
  /** The document that was sent: what the difference is told against. */
  const base = shallowRef<WorkflowDocument | null>(null)
  const proposal = shallowRef<ProposeReply | null>(null)
  let under: AbortController | null = null
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: ({ workflowId, prompt, document }: Asked) => {
      under = new AbortController()
      const body = { prompt, definition: document as JsonObject }
      return proposeDraft(workflowId, body, under.signal)
    },
    onSuccess: (reply, { document }) => {
      proposal.value = reply
      base.value = document
    },
  })
  onScopeDispose(() => under?.abort())

  const failure = computed(() => (under?.signal.aborted ? null : error.value))
  const code = computed(() => (isApiError(failure.value) ? failure.value.failure.code : null))
  return {
    base,
    proposal,
    ask: (asked: Asked) => {
      proposal.value = null
      mutate(asked)
    },
    stop: () => {
      under?.abort()
      reset()
    },
    isPending,
    failure,
    code,
    /** Nothing that the checks refuse is taken over. */
    isClean: computed(
      () => proposal.value !== null && errorsOf(proposal.value.diagnostics).length === 0,
    ),
  }
}
