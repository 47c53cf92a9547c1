// Where somebody goes who has just made a workflow: to draw it.

import type { Router } from 'vue-router'

export async function openWorkflow(router: Router, id: string): Promise<void> {
  const path = router.hasRoute('workflow-edit') ? `/workflows/${id}/edit` : `/workflows/${id}`
  await router.push(path)
}
