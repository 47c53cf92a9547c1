// The present moment, ticking once a second for countdowns and ages; one clock per component.

import { useNow as useVueUseNow } from '@vueuse/core'
import { computed } from 'vue'
import type { ComputedRef } from 'vue'

export function useNow(interval = 1000): ComputedRef<number> {
  const now = useVueUseNow({ interval })
  return computed(() => now.value.getTime())
}
