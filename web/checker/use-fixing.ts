// One-click fixes: each is one step of the draft's undo. A fix names places by their number, so it is only ever applied to
// the very document that it was found in.

import { until } from '@vueuse/core'
import { computed, ref } from 'vue'
import type { Diagnostic } from '#machines/contracts/api.ts'
import type { Draft } from '../editor/draft/draft.ts'
import { applyFix } from '../editor/edits/apply-fix.ts'
import type { Checker } from './checking.ts'
import { fixesTogether } from './fix-all.ts'
import { problemAgain } from './problem-key.ts'

/** More looks than fixes of one kind can be in each other's way. */
const MAX_ROUNDS = 20

export type FixOutcome =
  | { kind: 'fixed'; count: number }
  /** The problem had gone before. */
  | { kind: 'gone' }
  /** The draft could not be looked at, or nobody may change it. */
  | { kind: 'refused' }

/** As much of the draft as fixes need. */
type FixedDraft = Pick<Draft, 'document' | 'selection' | 'saveState' | 'edit' | 'typing'>

export function useFixing(draft: FixedDraft, checker: Checker) {
  const isFixing = ref(false)
  const mayFix = computed(
    () => draft.saveState.value !== 'readonly' && draft.saveState.value !== 'conflict',
  )

  /** The problems of the document as it is now; null while they are not known. */
  async function newest(): Promise<readonly Diagnostic[] | null> {
    await until(checker.checking).toBe(false)
    const isKnown = checker.trouble.value === null || checker.trouble.value === 'restarted'
    return isKnown && mayFix.value ? checker.checked.value.diagnostics : null
  }

  async function alone(work: () => Promise<FixOutcome>): Promise<FixOutcome> {
    if (isFixing.value) return { kind: 'refused' }
    isFixing.value = true
    try {
      const outcome = await work()
      // What is listed until then was true before.
      await until(checker.checking).toBe(false)
      return outcome
    } finally {
      isFixing.value = false
    }
  }

  const fix = (problem: Diagnostic): Promise<FixOutcome> =>
    alone(async () => {
      const found = await newest()
      if (!found) return { kind: 'refused' }
      const patch = problemAgain(found, problem)?.fix ?? []
      if (patch.length === 0) return { kind: 'gone' }
      const before = draft.document.value
      draft.edit('edit.fix', (document) => applyFix(document, patch))
      if (draft.document.value === before) return { kind: 'refused' }
      return { kind: 'fixed', count: 1 }
    })

  /** Some fixes only show which are left once they are made: looked at again until none is. */
  const fixAll = (code: string): Promise<FixOutcome> =>
    alone(async () => {
      let count = 0
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const found = await newest()
        if (!found) return count > 0 ? { kind: 'fixed', count } : { kind: 'refused' }
        const patches = fixesTogether(found, code)
        if (patches.length === 0) break
        const before = draft.document.value
        // One step of undo for all rounds.
        draft.typing('edit.fixAll', code, (document) => {
          const fixed = applyFix(document, patches.flat())
          return { ...fixed, select: draft.selection.value }
        })
        if (draft.document.value === before) break
        count += patches.length
      }
      return count > 0 ? { kind: 'fixed', count } : { kind: 'gone' }
    })

  return { fix, fixAll, isFixing, mayFix }
}
