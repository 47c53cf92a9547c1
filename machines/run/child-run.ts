// The id of a run that another run's node started: a function of (parent run, node visit). Keeps I4.

const CHILD = /^(.+)_s\d+$/

/** The id of the child run that a visit of the parent's node starts. */
export function childIdOf(parentId: string, visit: number): string {
  return `${parentId}_s${visit}`
}

/** The id of the run whose node started this one; null for a run that an event or a person started. */
export function parentIdOf(runId: string): string | null {
  return CHILD.exec(runId)?.[1] ?? null
}
