// The problems of a draft as they are listed: by the state they are of, in the order of the document, errors first. Pure.

import type { Diagnostic } from '#machines/contracts/api.ts'
import { TRIGGER_ID } from '../canvas/route.ts'

export interface ProblemGroup {
  /** `$trigger` for the trigger; null for the workflow as a whole. */
  nodeId: string | null
  problems: readonly Diagnostic[]
}

const WEIGHT = { error: 0, warning: 1 }

/** Where a problem is: a state, the trigger, or null for the workflow as a whole. */
export function placeOfProblem({ nodeId, path }: Diagnostic): string | null {
  return nodeId ?? (/^\$\.trigger\b/.test(path) ? TRIGGER_ID : null)
}

export function groupProblems(diagnostics: readonly Diagnostic[]): ProblemGroup[] {
  const groups = [...Map.groupBy(diagnostics, placeOfProblem)].map(([nodeId, problems]) => ({
    nodeId,
    problems: problems.toSorted((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]),
  }))
  return groups.toSorted((a, b) => weightOf(a) - weightOf(b) || orderOf(a) - orderOf(b))
}

/** What stands against publishing is told first. */
function weightOf({ problems }: ProblemGroup): number {
  return Math.min(...problems.map(({ severity }) => WEIGHT[severity]))
}

/** The document, its trigger, then its nodes as they stand in it. */
function orderOf({ nodeId, problems }: ProblemGroup): number {
  if (nodeId === null) return -2
  const index = /^\$\.nodes\[(\d+)\]/.exec(problems[0]?.path ?? '')?.[1]
  return index === undefined ? -1 : Number(index)
}

/** How many of each kind are in the list. */
export function countProblems(diagnostics: readonly Diagnostic[]): {
  errors: number
  warnings: number
} {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return { errors, warnings: diagnostics.length - errors }
}

export const isFixable = ({ fix }: Diagnostic): boolean => (fix ?? []).length > 0

/** The problem before or after another one, round and round; without another one the first or the last. */
export function problemBeside(
  problems: readonly Diagnostic[],
  at: Diagnostic | null,
  by: 1 | -1,
): Diagnostic | null {
  const index = at === null ? -1 : problems.indexOf(at)
  const next = index === -1 ? (by === 1 ? 0 : -1) : (index + by) % problems.length
  return problems.at(next) ?? null
}

/**
 * The first groups, with as many problems in all, and a few more of those that were shown before: a group that comes to
 * the top with a letter and goes with the next one does not push others out and in again.
 */
export function cutGroups(
  groups: readonly ProblemGroup[],
  most: number,
  before: readonly ProblemGroup[] = [],
): ProblemGroup[] {
  const known = new Set(before.map(({ nodeId }) => nodeId))
  let room = most
  let spare = Math.ceil(most / 5)
  return groups.flatMap((group) => {
    const { nodeId, problems } = group
    if (problems.length <= room) {
      room -= problems.length
      return [group]
    }
    if (known.has(nodeId) && problems.length <= spare) {
      spare -= problems.length
      return [group]
    }
    const shown = problems.slice(0, room)
    room = 0
    return shown.length > 0 ? [{ nodeId, problems: shown }] : []
  })
}
