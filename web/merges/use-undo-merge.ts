// Taking a merge back, from a toast or from the list: it has to be through before it can be.

import { useToast } from '@nuxt/ui/composables'
import { isApiError } from '../api/errors.ts'
import { undoMerge, useRefreshContacts } from '../api/merges.ts'
import { useMergeTexts } from '../i18n/merge-texts.ts'

const TRIES = 5
const PAUSE_MS = 400

export function useUndoMerge() {
  const m = useMergeTexts()
  const toast = useToast()
  const refresh = useRefreshContacts()

  async function attempt(mergeId: string, left: number): Promise<boolean> {
    try {
      await undoMerge(mergeId, m('merges.undoReason'))
      return true
    } catch (error) {
      if (left <= 1 || !isApiError(error, 409)) return false
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      return attempt(mergeId, left - 1)
    }
  }

  return async (mergeId: string): Promise<void> => {
    const isUndone = await attempt(mergeId, TRIES)
    toast.add({
      title: m(isUndone ? 'merges.undone' : 'merges.notUndone'),
      icon: isUndone ? 'i-lucide-undo-2' : 'i-lucide-triangle-alert',
    })
    await refresh()
  }
}
