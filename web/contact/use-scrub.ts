// Going through the Steps of a contact: one by one, to either end, by itself; with the keyboard wherever no field has it.

import { onKeyStroke, useIntervalFn } from '@vueuse/core'
import type { Ref } from 'vue'
import { beside } from './step-pages.ts'

const PLAY_MS = 700

/** Fields, dialogs, menus and the drawing have uses of their own for these keys; a slider too. */
const OWN_KEYS =
  'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="tablist"], [data-node]'

export interface ScrubInput {
  /** Steps, the newest first. */
  rows: Ref<readonly number[]>
  /** The chosen Step; null for now. */
  seq: Ref<number | null>
  choose: (seq: number | null) => void
}

export function useScrub({ rows, seq, choose }: ScrubInput) {
  const { isActive, pause, resume } = useIntervalFn(play, PLAY_MS, { immediate: false })

  function go(to: number | null): void {
    pause()
    choose(to)
  }
  const first = (): void => go(rows.value.at(-1) ?? null)
  function back(): void {
    pause()
    const to = seq.value === null ? (rows.value[0] ?? null) : beside(rows.value, seq.value, 1)
    if (to !== null) choose(to)
  }
  /** After the last Step comes now. */
  function forth(): void {
    pause()
    step()
  }
  function step(): void {
    if (seq.value !== null) choose(beside(rows.value, seq.value, -1))
  }
  function play(): void {
    step()
    if (seq.value === null) pause()
  }
  function toggle(): void {
    if (isActive.value) return pause()
    if (seq.value === null) choose(rows.value.at(-1) ?? null)
    resume()
  }

  const KEYS: Record<string, () => void> = {
    ArrowLeft: back,
    ArrowRight: forth,
    Home: first,
    End: () => go(null),
  }
  onKeyStroke(Object.keys(KEYS), (event) => {
    if (isTaken(event)) return
    event.preventDefault()
    KEYS[event.key]?.()
  })
  onKeyStroke(' ', (event) => {
    // The space bar presses whatever has the focus.
    const isFree = event.target === document.body || event.target === document.documentElement
    if (!isFree || isTaken(event)) return
    event.preventDefault()
    toggle()
  })
  return { go, first, back, forth, toggle, playing: isActive }
}

function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true
  return event.target instanceof HTMLElement && event.target.closest(OWN_KEYS) !== null
}
