// Applies the fix of a problem to the draft and saves it; the draft before can be brought back.

import { useToast } from '@nuxt/ui/composables'
import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Diagnostic, WorkflowDetail } from '#machines/contracts/api.ts'
import type { Json } from '#machines/contracts/json.ts'
import { readWorkflow } from '../api/endpoints.ts'
import { applyPatch } from '../api/json-patch.ts'
import { keys } from '../api/queries.ts'
import { saveDraft } from '../api/versions.ts'
import { useTexts } from '../i18n/i18n.ts'
import { problemKey } from './problem-key.ts'

const UNDO_TIME = 20_000

/** Replaces one draft by another, unless somebody else has changed it meanwhile. */
interface Replacement {
  id: string
  before: Json
  after: Json
}

export function useFix(workflow: () => WorkflowDetail) {
  const { t } = useTexts()
  const toast = useToast()
  const queries = useQueryClient()

  async function replace({ id, before, after }: Replacement): Promise<boolean> {
    const { definition } = await readWorkflow(id)
    const isCurrent = JSON.stringify(definition) === JSON.stringify(before)
    if (isCurrent) {
      const { tests: _tests, ...saved } = await saveDraft(after)
      queries.setQueryData<WorkflowDetail>(keys.workflow(id), saved)
    } else {
      toast.add({ title: t('problems.outdated'), icon: 'i-lucide-refresh-cw', color: 'warning' })
    }
    void queries.invalidateQueries({ queryKey: keys.workflow(id) })
    void queries.invalidateQueries({ queryKey: keys.workflows })
    return isCurrent
  }

  const undoing = useMutation({
    mutationFn: replace,
    onSuccess: (isDone) => {
      if (isDone) toast.add({ title: t('problems.undone'), icon: 'i-lucide-undo-2' })
    },
    onError: () => toast.add({ title: t('problems.failed'), color: 'error' }),
  })
  const fixing = useMutation({
    mutationFn: async (problem: Diagnostic) => {
      const { id, definition: before } = workflow()
      const after = applyPatch(before, problem.fix ?? [])
      const isDone = after !== null && (await replace({ id, before, after }))
      // What is saved may be written out in another way than what was sent.
      const saved = isDone ? queries.getQueryData<WorkflowDetail>(keys.workflow(id)) : undefined
      return saved && { id, before: saved.definition, after: before }
    },
    onSuccess: (way) => {
      if (!way) return
      toast.add({
        title: t('problems.fixed'),
        icon: 'i-lucide-check',
        duration: UNDO_TIME,
        actions: [{ label: t('problems.undo'), onClick: () => undoing.mutate(way) }],
      })
    },
  })
  return {
    fix: (problem: Diagnostic) => fixing.mutate(problem),
    isPending: fixing.isPending,
    error: fixing.error,
    fixing: computed(() => {
      const problem = fixing.variables.value
      return problem ? problemKey(problem) : null
    }),
  }
}
