// The ways out of a node as they can be drawn from: those that it has, and those that it could have. Pure.

import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import type { Port } from '#machines/nodes/node-kind.ts'
import { eventWords } from '../../canvas/machine-words.ts'
import type { WordsFor } from '../../canvas/words.ts'
import type { BoardTranslate } from '../../i18n/board-texts.ts'
import { humanizeDurations } from '../../ui/iso-duration.ts'
import { openPorts } from '../edits/open-ports.ts'
import { isHolder, portsIn } from '../edits/outline.ts'

export interface WayOut extends Pick<Port, 'name' | 'label' | 'target'> {
  /** Nobody has said yet where it leads; the way after a failure, say. */
  isOpen: boolean
}

/** The way into what a container holds; the drawing numbers those of a parallel. */
export const INSIDE = 'inside'

/** What nothing is written for goes last. */
export function waysOut(node: WorkflowDocument['nodes'][number]): WayOut[] {
  if (node.type === 'end') return []
  const inside = { name: INSIDE, label: null, target: undefined, isOpen: false }
  return [
    ...(isHolder(node.type) ? [inside] : []),
    ...portsIn(node).map((port) => ({ ...port, isOpen: false })),
    ...openPorts(node).map((port) => ({ ...port, isOpen: true })),
  ]
}

const SHARED = ['then', 'else', 'default', 'error'] as const
const NAMED = ['open', 'closed', 'fallback', 'invalid', 'person'] as const

/** A way's name as people read it. */
export function wayWords(
  { name, label }: Pick<Port, 'name' | 'label'>,
  { t, named, locale }: WordsFor,
  own: BoardTranslate,
): string {
  const shared = SHARED.find((each) => each === name)
  if (shared) return t(`canvas.${shared}`)
  const way = NAMED.find((each) => each === name)
  if (way) return t(`canvas.ways.${way}`)
  if (name === 'timeout') {
    return t('canvas.timeout', { span: humanizeDurations(label ?? 'P1D', locale) })
  }
  if (label === null && (name === 'next' || name === INSIDE)) return own(`board.ways.${name}`)
  return eventWords(label ?? name, named)
}
