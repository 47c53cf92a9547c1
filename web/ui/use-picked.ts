// What is ticked in a list that changes underneath: only what is still listed counts.

import { computed, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'

export interface Picked {
  ids: Ref<Set<string>>
  chosen: ComputedRef<string[]>
  pickOne: (id: string, checked: boolean) => void
  pickAll: (checked: boolean) => void
}

/** `listed` are the ids that can be ticked, in order. */
export function usePicked(listed: () => string[]): Picked {
  const ids = ref(new Set<string>())
  const chosen = computed(() => listed().filter((id) => ids.value.has(id)))
  function pickOne(id: string, checked: boolean): void {
    if (checked) ids.value.add(id)
    else ids.value.delete(id)
  }
  function pickAll(checked: boolean): void {
    ids.value = new Set(checked ? listed() : [])
  }
  return { ids, chosen, pickOne, pickAll }
}
