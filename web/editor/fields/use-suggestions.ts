// The list under a field: which of its entries is active, and the keys that move in it, take one, or close it.

import { computed, ref, watch } from 'vue'
import type { Ref } from 'vue'

export interface Suggestions {
  isOpen: Readonly<Ref<boolean>>
  active: Readonly<Ref<number>>
  open(): void
  close(): void
  point(index: number): void
  /** True when the key was the list's. */
  onKey(event: KeyboardEvent): boolean
}

/** @param count how many entries there are; a list without any is not shown */
export function useSuggestions(count: Ref<number>, choose: (index: number) => void): Suggestions {
  const wanted = ref(false)
  const active = ref(0)
  const isOpen = computed(() => wanted.value && count.value > 0)
  watch(count, (now) => {
    if (active.value >= now) active.value = 0
  })

  function onKey(event: KeyboardEvent): boolean {
    if (!isOpen.value || event.isComposing) return false
    switch (event.key) {
      case 'ArrowDown':
        active.value = (active.value + 1) % count.value
        break
      case 'ArrowUp':
        active.value = (active.value - 1 + count.value) % count.value
        break
      case 'Enter':
        if (event.ctrlKey || event.metaKey || event.altKey) return false
        choose(active.value)
        break
      case 'Tab':
        // Leaving the field must stay possible without taking anything.
        wanted.value = false
        return false
      case 'Escape':
        wanted.value = false
        break
      default:
        return false
    }
    event.preventDefault()
    // The panel closes by Escape too, and the canvas moves by arrows.
    event.stopPropagation()
    return true
  }

  return {
    isOpen,
    active,
    open: () => {
      if (!wanted.value) active.value = 0
      wanted.value = true
    },
    close: () => (wanted.value = false),
    point: (index) => (active.value = index),
    onKey,
  }
}
