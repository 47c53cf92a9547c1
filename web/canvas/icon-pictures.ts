// Icons of states as pictures. A drawing inside the page is a thing by itself, and the browser goes through all of them for
// each letter that is typed; a picture is none.

import { getIcon } from '@iconify/vue'
import { useMutationObserver } from '@vueuse/core'
import { shallowRef } from 'vue'
import type { Ref } from 'vue'
import type { ChartNode } from '#machines/compile/chart.ts'
import type { NodeMark } from './marks.ts'

const INKS = {
  toned: '--ui-text-toned',
  primary: '--ui-primary',
  waiting: '--tone-waiting',
  attention: '--tone-attention',
  failed: '--tone-failed',
  elevated: '--ui-bg-elevated',
  'attention-soft': '--tone-attention-soft',
} as const

export type Ink = keyof typeof INKS
export type Inks = Readonly<Record<Ink, string>>

/** Pixels: a diamond on a side of 25 stands on its corner in it. */
const SIDE = 36
const DIAMOND =
  '<rect x="5.5" y="5.5" width="25" height="25" rx="4.7" transform="rotate(45 18 18)"/>'
const ICON_SIDE = 16
const CHOICE_SIDE = 12.5

/** The colours of the theme that is on: a picture does not follow the page's. */
export function useInks(): Readonly<Ref<Inks>> {
  const root = document.documentElement
  const read = (): Inks => {
    const style = getComputedStyle(root)
    const entries = Object.entries(INKS).map(([ink, name]) => [ink, style.getPropertyValue(name)])
    return Object.fromEntries(entries) as Inks
  }
  const inks = shallowRef(read())
  useMutationObserver(root, () => (inks.value = read()), { attributeFilter: ['class'] })
  return inks
}

/** What a state is drawn in: what is the matter with it comes before what it is. */
export function inkOf(role: ChartNode['role'], mark: NodeMark | undefined): Ink {
  const tone = mark?.dimmed ? undefined : mark?.tone
  if (tone === 'attention') return 'attention'
  if (tone === 'waiting' && role !== 'choice') return 'waiting'
  if (role === 'trigger') return 'primary'
  return role === 'failed' ? 'failed' : 'toned'
}

const known = new Map<string, string>()

/**
 * @param name of the icon, without its collection
 * @returns as CSS takes a picture; `none` where there is no such icon
 */
export function iconPicture(name: string, role: ChartNode['role'], ink: Ink, inks: Inks): string {
  const ground = ink === 'attention' ? inks['attention-soft'] : inks.elevated
  const key = [name, role === 'choice' ? ground : '', inks[ink]].join(' ')
  const picture = known.get(key) ?? draw(name, inks[ink], role === 'choice' ? ground : undefined)
  known.set(key, picture)
  return picture
}

function draw(name: string, colour: string, ground: string | undefined): string {
  const icon = getIcon(`lucide:${name}`)
  if (!icon) return 'none'
  const side = ground === undefined ? ICON_SIDE : CHOICE_SIDE
  const at = (SIDE - side) / 2
  const place = `x="${at}" y="${at}" width="${side}" height="${side}" viewBox="0 0 ${icon.width} ${icon.height}"`
  const drawn = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}" color="${colour}">`,
    ground === undefined ? '' : `<g fill="${ground}">${DIAMOND}</g>`,
    `<svg ${place}>${icon.body}</svg></svg>`,
  ].join('')
  return `url("data:image/svg+xml,${encodeURIComponent(drawn)}")`
}
