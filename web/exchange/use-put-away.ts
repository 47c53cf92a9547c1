// Archiving, restoring and deleting, each with its way back.

import { useToast } from '@nuxt/ui/composables'
import type { WorkflowSummary } from '#machines/contracts/api.ts'
import type { ArchiveRequest } from '#machines/contracts/workflow-shelf.ts'
import { readWorkflow } from '../api/endpoints.ts'
import { keepTests, readTests } from '../api/exchange.ts'
import {
  archiveWorkflow,
  deleteWorkflow,
  restoreWorkflow,
  useRefreshWorkflows,
} from '../api/shelf.ts'
import { saveDraft } from '../api/versions.ts'
import { useExchangeTexts } from '../i18n/exchange-texts.ts'

/** Long enough to be read and reached. */
const UNDO_MS = 10_000

type Workflow = Pick<WorkflowSummary, 'id' | 'name'>

export function usePutAway() {
  const t = useExchangeTexts()
  const toast = useToast()
  const refresh = useRefreshWorkflows()
  const say = (title: string, undo?: () => Promise<void>): void => {
    const button = { label: t('shelf.undo'), color: 'neutral', variant: 'outline' } as const
    const actions = undo ? [{ ...button, onClick: () => void undo() }] : []
    toast.add({ title, icon: 'i-lucide-check', actions, ...(undo && { duration: UNDO_MS }) })
  }
  async function restore({ id, name }: Workflow): Promise<void> {
    await restoreWorkflow(id)
    await refresh(id)
    say(t('shelf.wasRestored', { name }))
  }
  return {
    restore,
    archive: async (workflow: Workflow, request: ArchiveRequest): Promise<void> => {
      await archiveWorkflow(workflow.id, request)
      await refresh(workflow.id)
      say(t('shelf.wasArchived', { name: workflow.name }), () => restore(workflow))
    },
    /** What is deleted stays on this page for as long as its notice does. */
    remove: async ({ id, name }: Workflow): Promise<void> => {
      const [{ definition }, { items }] = await Promise.all([readWorkflow(id), readTests(id)])
      await deleteWorkflow(id)
      await refresh()
      say(t('shelf.wasDeleted', { name }), async () => {
        await saveDraft(definition)
        await keepTests(
          id,
          items.map(({ test }) => test),
        )
        await refresh()
      })
    },
  }
}
