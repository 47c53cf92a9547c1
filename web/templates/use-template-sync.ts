// Reading the templates from Meta part by part, with what was read so far; it can be stopped between two parts.

import { ref } from 'vue'
import { syncTemplates, useTemplatesRefresh } from '../api/templates.ts'

export interface SyncedTotal {
  found: number
  changes: number
}

export function useTemplateSync(onDone: (total: SyncedTotal) => void) {
  const refresh = useTemplatesRefresh()
  const running = ref<SyncedTotal | null>(null)
  const error = ref<unknown>(null)
  let stopping = new AbortController()

  async function start(): Promise<void> {
    if (running.value) return
    stopping = new AbortController()
    error.value = null
    const total = { found: 0, changes: 0 }
    running.value = { ...total }
    try {
      let next: string | null = null
      do {
        const part = await syncTemplates(next, stopping.signal)
        total.found += part.found
        total.changes += part.added + part.changed + part.gone
        running.value = { ...total }
        next = part.next
      } while (next !== null && !stopping.signal.aborted)
      onDone(total)
    } catch (failure) {
      if (!stopping.signal.aborted) error.value = failure
    } finally {
      running.value = null
      void refresh()
    }
  }

  return { running, error, start, stop: () => stopping.abort() }
}
