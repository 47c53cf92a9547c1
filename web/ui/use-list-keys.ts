// j, k, Enter and / on a list: the row in focus moves, opens, or gives way to the search field.

import { onKeyStroke } from '@vueuse/core'
import type { Ref } from 'vue'

/** Rows are the links marked `data-row` inside the list. */
export function useListKeys(
  list: Ref<HTMLElement | null>,
  search?: Ref<{ focus: () => void } | null>,
): void {
  const rows = (): HTMLElement[] => [
    ...(list.value?.querySelectorAll<HTMLElement>('[data-row]') ?? []),
  ]

  function move(by: 1 | -1): void {
    const all = rows()
    const at = all.findIndex((row) => row === document.activeElement)
    const next = at === -1 ? (by === 1 ? 0 : all.length - 1) : Math.max(0, at + by)
    const row = all[Math.min(next, all.length - 1)]
    row?.focus()
    row?.scrollIntoView({ block: 'nearest' })
  }

  onKeyStroke(['j', 'k', '/'], (event) => {
    if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return
    if (event.key === '/' && !search) return
    event.preventDefault()
    if (event.key === '/') search?.value?.focus()
    else move(event.key === 'j' ? 1 : -1)
  })
}

/** Keys belong to a field or a dialog while one has the focus. */
function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]') !==
      null
  )
}
