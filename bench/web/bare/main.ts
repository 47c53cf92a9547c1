// The drawing library without anything drawn, as our canvas uses it: the page that ours is compared with. It lies where
// and is as large as the address says, so that both have the same to paint.

import { Background } from '@vue-flow/background'
import { VueFlow } from '@vue-flow/core'
import { createApp, h } from 'vue'

interface Canvas {
  style: { cssText: string }
}
interface World {
  location: { hash: string }
  document: { querySelector(selector: string): Canvas | null }
}

const { location, document } = globalThis as unknown as World
const [left, top, width, height] = location.hash.slice(1).split(',')
const canvas = document.querySelector('#canvas')
if (canvas) {
  canvas.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`
}

createApp(() =>
  h(
    VueFlow,
    { nodes: [], minZoom: 0.15, maxZoom: 1.75, panOnScroll: true, zoomOnDoubleClick: false },
    { default: () => h(Background, { gap: 20, size: 1.2, color: '#d6d6de' }) },
  ),
).mount('#canvas')
