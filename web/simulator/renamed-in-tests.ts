// A state with another name keeps its tests: they name it by its id. Pure.

import { isJsonObject, type Json } from '#machines/contracts/json.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'

export interface Renaming {
  from: string
  to: string
}

/** What one step did to a draft, if it gave one state another name and nothing else came or went. */
export function renamingBetween(
  before: Pick<WorkflowDocument, 'nodes'>,
  now: Pick<WorkflowDocument, 'nodes'>,
): Renaming | null {
  if (before.nodes === now.nodes || before.nodes.length !== now.nodes.length) return null
  const others = before.nodes.flatMap((node, index) => {
    const same = now.nodes[index]
    return same && same.id !== node.id ? [{ node, same }] : []
  })
  const [only] = others
  if (!only || others.length > 1 || only.node.type !== only.same.type) return null
  return { from: only.node.id, to: only.same.id }
}

/** The very same list where no test names the state. */
export function renamedInTests(
  tests: readonly WorkflowTest[],
  { from, to }: Renaming,
): readonly WorkflowTest[] {
  const renamed = tests.map((test) => renamedInTest(test, (id) => (id === from ? to : id)))
  return renamed.every((test, index) => test === tests[index]) ? tests : renamed
}

function renamedInTest(test: WorkflowTest, nameOf: (id: string) => string): WorkflowTest {
  const script = test.script.map((entry) => renamedInEntry(entry as Json, nameOf))
  const states = test.expect.states?.map(nameOf)
  const isSame =
    script.every((entry, index) => entry === test.script[index]) &&
    (states ?? []).every((id, index) => id === test.expect.states?.[index])
  return isSame ? test : { ...test, script, expect: { ...test.expect, ...(states && { states }) } }
}

/** Results come from a state, and a person gives a conversation back to one. */
const NAMES = { result: 'node', giveBack: 'nodeId' } as const

function renamedInEntry(entry: Json, nameOf: (id: string) => string): Json {
  if (!isJsonObject(entry)) return entry
  return Object.entries(NAMES).reduce((made, [part, field]) => {
    const inner = made[part]
    const id = isJsonObject(inner) ? inner[field] : undefined
    if (!isJsonObject(inner) || typeof id !== 'string' || nameOf(id) === id) return made
    return { ...made, [part]: { ...inner, [field]: nameOf(id) } }
  }, entry)
}
