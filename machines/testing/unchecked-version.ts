// A version straight from the phases of the compiler, without the checks: property tests want machines of documents
// too that nobody should publish.

import type { CompiledWorkflow } from '../compile/compile.ts'
import { interruptUses } from '../compile/interrupt-use.ts'
import { lower } from '../compile/lower.ts'
import { createRunMachine } from '../compile/machine.ts'
import { parseDocument } from '../compile/parse.ts'
import { isComplete, resolveExits } from '../compile/resolve.ts'
import type { RunVersion } from '../run/run-state.ts'

/** Null where a node or an id is refused, so that there is nothing to lower. */
export function uncheckedVersion(document: unknown): RunVersion | null {
  const { parsed, findings } = parseDocument(document)
  if (!parsed || findings.length > 0) return null
  const nodes = resolveExits(parsed).filter(isComplete)
  const behaviours = new Map(nodes.map((node) => [node.id, node.kind.behave(node.node)]))
  const machine = createRunMachine(lower(nodes), behaviours)
  const compiled: Partial<CompiledWorkflow> = {
    machine,
    interrupts: interruptUses(nodes),
    waits: new Map(),
  }
  return { workflowId: 'wf_test', versionId: 'ver_test', compiled: compiled as CompiledWorkflow }
}
