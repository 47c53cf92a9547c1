// Whether the person has the form of the selected state in hand: from a keystroke until they pause or go elsewhere.

import { useTimeoutFn } from '@vueuse/core'
import { readonly, ref, watch } from 'vue'
import type { Ref } from 'vue'

/** Long enough to think of a word, short enough that nobody waits for somebody who has left. */
const PAUSE_MS = 20_000

export function useTyping(selection: Readonly<Ref<readonly string[]>>) {
  const typing = ref(false)
  const { start, stop } = useTimeoutFn(() => (typing.value = false), PAUSE_MS, { immediate: false })
  watch(
    () => selection.value.at(-1),
    () => {
      stop()
      typing.value = false
    },
  )
  return {
    typing: readonly(typing),
    /** Something was typed or chosen in the form. */
    typed: () => {
      typing.value = true
      start()
    },
  }
}
