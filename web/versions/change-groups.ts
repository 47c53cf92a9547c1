// Differences gathered by the state that they are about, as a release note tells them. Pure.

import type { WorkflowChange } from '#machines/contracts/versions.ts'

export interface ChangeLine {
  change: WorkflowChange
  /** The sentence without the name of its state. */
  text: string
}

export interface ChangeGroup {
  /** Null for the workflow itself. */
  nodeId: string | null
  /** The state's own name; null where it has none, and for the workflow. */
  name: string | null
  /** What became of it, in one word. */
  kind: WorkflowChange['kind']
  lines: readonly ChangeLine[]
}

/** What is said of a state to which several things happened: the first of these. */
const WEIGHTS: readonly WorkflowChange['kind'][] = [
  'added',
  'removed',
  'renamed',
  'moved',
  'changed',
]
/** A label in quotes, else an id. */
const NAME = /^(?:“(.+?)”|\S+): /

/** States in the order in which they are first spoken of; what is about the workflow stays one by one. */
export function groupChanges(
  changes: readonly WorkflowChange[],
  locale: keyof WorkflowChange['message'],
): ChangeGroup[] {
  const byState = Map.groupBy(changes, ({ nodeId }, index) => nodeId ?? index)
  return [...byState.values()].map((group): ChangeGroup => {
    const nodeId = group[0]?.nodeId ?? null
    const told = group.map((change) => ({ change, message: change.message[locale] }))
    const lines = told.map(({ change, message }) => ({
      change,
      text: capital(nodeId === null ? message : message.replace(NAME, ''), locale),
    }))
    const name = nodeId === null ? null : (NAME.exec(told[0]?.message ?? '')?.[1] ?? null)
    return { nodeId, name, kind: kindOf(group), lines }
  })
}

function kindOf(group: readonly WorkflowChange[]): WorkflowChange['kind'] {
  const kinds = new Set(group.map(({ kind }) => kind))
  return WEIGHTS.find((kind) => kinds.has(kind)) ?? 'changed'
}

function capital(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}
