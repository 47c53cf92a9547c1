// What is selected and open in the editor, kept in the address: a link shows the same.

import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useRouteQuery } from '../state/use-route-query.ts'
import type { Draft } from './draft/draft.ts'

export const EDITOR_PANELS = ['problems', 'simulator', 'tests'] as const

export function usePlace(draft: Draft) {
  const route = useRoute()
  const router = useRouter()
  const panel = useRouteQuery('panel')
  const asked = () => {
    const { nodeId } = route.params
    return typeof nodeId === 'string' && nodeId !== '' ? nodeId : null
  }
  const first = asked()
  if (first !== null) draft.select([first])

  /** Only one state has an address; who goes back leaves the editor, not the state before. */
  watch(draft.selection, (ids) => {
    const nodeId = ids.length === 1 ? ids[0] : undefined
    if (route.name !== 'workflow-edit' || (nodeId ?? null) === asked()) return
    const params = { id: draft.workflowId, nodeId: nodeId ?? '' }
    void router.replace({ name: 'workflow-edit', params, query: route.query })
  })
  /** A link to another state of the same draft. */
  watch(asked, (nodeId) => {
    const { value: ids } = draft.selection
    if (nodeId !== null && !(ids.length === 1 && ids[0] === nodeId)) draft.select([nodeId])
  })

  return {
    panel,
    toggle: (name: (typeof EDITOR_PANELS)[number]) => {
      const isTesting = name === 'simulator' && panel.value === 'tests'
      panel.value = panel.value === name || isTesting ? '' : name
    },
  }
}
