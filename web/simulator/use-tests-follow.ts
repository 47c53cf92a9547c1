// The tests of a workflow follow its states: whoever gives a state another name, or takes that back, need not mend them.

import { useQueryClient } from '@tanstack/vue-query'
import { watch } from 'vue'
import { keys } from '../api/queries.ts'
import { readTests, replaceTests, testsKey } from '../api/workflow-tests.ts'
import type { Draft } from '../editor/draft/draft.ts'
import { renamedInTests, renamingBetween, type Renaming } from './renamed-in-tests.ts'

export function useTestsFollow({ workflowId, document, saveState }: Draft): void {
  const queries = useQueryClient()
  const waiting: Renaming[] = []
  let isWriting = false

  watch(
    document,
    (now, before) => {
      const renaming = saveState.value === 'readonly' ? null : renamingBetween(before, now)
      if (renaming) waiting.push(renaming)
    },
    { flush: 'sync' },
  )

  /** What has been kept is played on the server against the draft that is there. */
  async function write(): Promise<void> {
    if (isWriting || waiting.length === 0) return
    isWriting = true
    const done = [...waiting]
    try {
      const tests = (await readTests(workflowId)).items.map(({ test }) => test)
      const followed = done.reduce(renamedInTests, tests as ReturnType<typeof renamedInTests>)
      if (followed !== tests) {
        const list = await replaceTests(workflowId, followed)
        queries.setQueryData(testsKey(workflowId), list)
        void queries.invalidateQueries({ queryKey: [...keys.workflow(workflowId), 'test-run'] })
      }
      waiting.splice(0, done.length)
    } catch {
      // They are tried again after the next save.
    } finally {
      isWriting = false
    }
  }
  watch(saveState, (state) => {
    if (state === 'saved') void write()
  })
}
