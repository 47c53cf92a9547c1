// How a difference between two documents is signed: in lists and on the drawing the same.

import type { WorkflowChange } from '#machines/contracts/versions.ts'
import type { Tone } from './sentence.ts'

export const CHANGE_LOOKS: Readonly<Record<WorkflowChange['kind'], { icon: string; tone: Tone }>> =
  {
    added: { icon: 'i-lucide-plus', tone: 'running' },
    removed: { icon: 'i-lucide-minus', tone: 'failed' },
    changed: { icon: 'i-lucide-pencil', tone: 'waiting' },
    renamed: { icon: 'i-lucide-text-cursor-input', tone: 'waiting' },
    moved: { icon: 'i-lucide-move', tone: 'waiting' },
  }
