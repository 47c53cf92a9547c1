// The checker of a page: its workers live as long as the component that asked for it.

import { onScopeDispose } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Surroundings } from '#machines/compile/surroundings.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { CHECKER_MODULE } from './checker-module.ts'
import type { Checker } from './checking.ts'
import { createChecker } from './create-checker.ts'

/**
 * @param document a new object whenever something changed, and of its nodes those that changed
 * @param surroundings what the tenant has; undefined until it is known: channels, templates and subflows are not checked
 */
export function useChecker(
  document: Readonly<ShallowRef<WorkflowDocument>>,
  surroundings: Readonly<Ref<Surroundings | undefined>>,
): Checker {
  const checker = createChecker({ document, surroundings, open: openWorker })
  onScopeDispose(checker.close)
  return checker
}

/** Its name tells it what to load. */
const openWorker = (): Worker => new Worker('/checker.js', { type: 'module', name: CHECKER_MODULE })
