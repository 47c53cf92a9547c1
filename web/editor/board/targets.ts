// The states of the draft as choices: to find, to connect to, to move into or behind. Pure.

import type { Chart } from '#machines/compile/chart.ts'
import { holdersOf } from '../../canvas/frames.ts'
import { FAILED_ID } from '../../canvas/route.ts'
import { nodeSummary, nodeTitle } from '../../canvas/words.ts'
import type { WordsFor } from '../../canvas/words.ts'
import type { Option } from './matching.ts'

/** No node can be called so. */
export const NEXT = '$next'
export const OUTSIDE = '$out'
const INTO = '$into '
const BEHIND = '$behind '

/** In the order of the document; the failure that nobody catches is no place to go. */
export function stateOptions(chart: Chart, words: WordsFor): Option[] {
  return chart.nodes
    .filter(({ id }) => id !== FAILED_ID)
    .map((node) => ({
      id: node.id,
      title: nodeTitle(node, words),
      detail: nodeSummary(node, words),
      also: `${node.id} ${node.kind} ${Object.values(node.title).join(' ')}`,
      icon: `i-lucide-${node.icon}`,
    }))
}

interface MoveWords {
  title: (nodeId: string) => string
  into: (name: string) => string
  behind: (name: string) => string
  out: string
}

/** Never into or behind itself, nor what it holds. */
export function moveOptions(chart: Chart, ids: readonly string[], words: MoveWords): Option[] {
  const holders = holdersOf(chart)
  const isAway = (id: string | undefined): boolean =>
    id !== undefined && (ids.includes(id) || isAway(holders.get(id)))
  const free = chart.nodes.filter(({ id }) => !isAway(id) && !id.startsWith('$'))
  const isHeld = ids.some((id) => holders.has(id))
  return [
    ...(isHeld
      ? [{ id: OUTSIDE, title: words.out, icon: 'i-lucide-square-arrow-out-up-right' }]
      : []),
    ...free
      .filter(({ role }) => role === 'container')
      .map(({ id }) => ({
        id: INTO + id,
        title: words.into(words.title(id)),
        also: id,
        icon: 'i-lucide-group',
      })),
    ...free.map(({ id, icon }) => ({
      id: BEHIND + id,
      title: words.behind(words.title(id)),
      also: id,
      icon: `i-lucide-${icon}`,
    })),
  ]
}

export function moveTarget(option: string): { holder: string | null; after: string | null } {
  return {
    holder: option.startsWith(INTO) ? option.slice(INTO.length) : null,
    after: option.startsWith(BEHIND) ? option.slice(BEHIND.length) : null,
  }
}
