// A draft looked at again and again while it is typed: problems and drawing in one go, without a machine, and nothing is
// read twice of nodes that did not change.

import type { Diagnostic } from '../contracts/api.ts'
import { type Chart, drawChart, NOTHING_DRAWN } from './chart.ts'
import { examine, MAX_DIAGNOSTICS, unreadable } from './examine.ts'
import type { ParseMemory } from './parse.ts'
import type { Surroundings } from './surroundings.ts'

export interface CheckedDraft {
  /** The same that `compile` gives. */
  diagnostics: Diagnostic[]
  /** The same that `chartOf` gives. */
  chart: Chart
}

/**
 * Makes a check that remembers what it read of each node.
 * @param memory to be shared with others that read the same documents
 * @returns never throws; of one call and the next a node that was changed must be another object, while the document and
 * the list of nodes may be any
 */
export function createDraftCheck(
  memory: ParseMemory = new WeakMap(),
): (document: unknown, surroundings?: Surroundings) => CheckedDraft {
  return (document, surroundings) => {
    try {
      const { diagnostics, parsed, nodes } = examine(document, surroundings, memory)
      const chart = parsed ? drawChart(parsed, nodes) : NOTHING_DRAWN
      return { diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS), chart }
    } catch (error) {
      return { diagnostics: [unreadable(error)], chart: NOTHING_DRAWN }
    }
  }
}
