// The chosen Step: at once on the page, in the address when the slider rests.

import { watchDebounced } from '@vueuse/core'
import { ref, watch } from 'vue'
import type { Ref } from 'vue'

const REST_MS = 150

/** @param text what the address says; empty for now */
export function useSlidden(text: Ref<string>): Ref<number | null> {
  const seq = ref(readSeq(text.value))
  watch(text, (now) => {
    seq.value = readSeq(now)
  })
  watchDebounced(
    seq,
    (now) => {
      if (now !== readSeq(text.value)) text.value = now === null ? '' : String(now)
    },
    { debounce: REST_MS },
  )
  return seq
}

function readSeq(text: string): number | null {
  return /^-?\d+$/.test(text) ? Number(text) : null
}
