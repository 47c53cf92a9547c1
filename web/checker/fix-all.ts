// Which fixes of one kind can be applied together. Pure.

import type { Diagnostic, JsonPatchOp } from '#machines/contracts/api.ts'
import { isFixable, placeOfProblem } from './problem-groups.ts'

/**
 * The patches of all problems of a kind that do not get into each other's way: one for each state, and those further
 * down in the document first, so that what they add or take away moves nothing that a later one names.
 */
export function fixesTogether(diagnostics: readonly Diagnostic[], code: string): JsonPatchOp[][] {
  const fixable = diagnostics.filter((problem) => problem.code === code && isFixable(problem))
  const one = [...Map.groupBy(fixable, placeOfProblem).values()].flatMap((list) => list.slice(0, 1))
  return one
    .toSorted((a, b) => indexOf(b) - indexOf(a))
    .map(({ fix }) => fix ?? [])
    .filter(isWithoutTwin())
}

function indexOf({ path }: Diagnostic): number {
  return Number(/^\$\.nodes\[(\d+)\]/.exec(path)?.[1] ?? -1)
}

/** Two fixes that make a node of the same name would make it twice: the second waits for the next look. */
function isWithoutTwin(): (fix: readonly JsonPatchOp[]) => boolean {
  const made = new Set<string>()
  return (fix) => {
    const names = fix.flatMap(nameMadeBy)
    const isNew = names.every((name) => !made.has(name))
    for (const name of names) made.add(name)
    return isNew
  }
}

/** The id that an operation gives: of a node that it adds, or of one that it names anew. */
function nameMadeBy(operation: JsonPatchOp): string[] {
  if (operation.op === 'remove') return []
  const { path, value } = operation
  const isName = /^\/nodes\/\d+\/id$/.test(path)
  const isNode = /^\/nodes\/\d+$/.test(path)
  const name: unknown = isNode ? (Object(value) as { id?: unknown }).id : isName ? value : undefined
  return typeof name === 'string' ? [name] : []
}
