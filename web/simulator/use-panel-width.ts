// The width of the panel, changed by drag or by the arrow keys, and remembered on this device.

import { useLocalStorage } from '@vueuse/core'
import { computed } from 'vue'

const LEAST = 320
const MOST = 760
const USUAL = 400
const STEP = 24

export function usePanelWidth() {
  const kept = useLocalStorage('fluxolab-simulator-width', USUAL)
  const width = computed({
    get: () => Math.min(MOST, Math.max(LEAST, kept.value)),
    set: (value: number) => (kept.value = Math.min(MOST, Math.max(LEAST, Math.round(value)))),
  })

  /** The panel is on the right: to the left is wider. */
  function onPointerdown(event: PointerEvent): void {
    const grip = event.currentTarget as HTMLElement
    const [from, before] = [event.clientX, width.value]
    grip.setPointerCapture(event.pointerId)
    const onMove = (move: PointerEvent): void => {
      width.value = before + from - move.clientX
    }
    grip.addEventListener('pointermove', onMove)
    grip.addEventListener(
      'lostpointercapture',
      () => grip.removeEventListener('pointermove', onMove),
      {
        once: true,
      },
    )
  }

  const WIDTHS: Record<string, () => number> = {
    ArrowLeft: () => width.value + STEP,
    ArrowRight: () => width.value - STEP,
    Home: () => LEAST,
    End: () => MOST,
  }
  function onKeydown(event: KeyboardEvent): void {
    const wanted = WIDTHS[event.key]
    if (!wanted) return
    event.preventDefault()
    event.stopPropagation()
    width.value = wanted()
  }
  return { width, onPointerdown, onKeydown, least: LEAST, most: MOST }
}
