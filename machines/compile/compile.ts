// From document to statechart, phase by phase. Either a machine or diagnostics, never an exception.

import type { Diagnostic } from '../contracts/api.ts'
import type { Envelope } from '../contracts/envelope.ts'
import type { WorkflowDocument } from '../contracts/workflow.ts'
import type { NodeNeeds } from '../nodes/node-kind.ts'
import { checkGraph } from './check.ts'
import { diagnose, isClean } from './diagnostics.ts'
import { contentHash } from './hash.ts'
import { lower } from './lower.ts'
import { createRunMachine, type RunMachine } from './machine.ts'
import { parseDocument, type ParsedDocument } from './parse.ts'
import { type CompleteNode, isComplete, resolveExits } from './resolve.ts'

export interface CompiledWorkflow {
  document: WorkflowDocument
  hash: string
  machine: RunMachine
  /** Type of the envelopes that can start a run. */
  triggerEvent: string
  /** Whether this very envelope starts a run. */
  isTriggeredBy(envelope: Envelope): boolean
  /** Event type that each waiting node waits for, by node id. */
  waits: ReadonlyMap<string, { event: string | null; timed: boolean; effect: boolean }>
  needs: NodeNeeds[]
}

export interface CompileResult {
  diagnostics: Diagnostic[]
  /** Null while there are errors. */
  workflow: CompiledWorkflow | null
}

/** More than anybody reads; a hostile document could earn a million. */
const MAX_DIAGNOSTICS = 1000

/**
 * Compiles an unknown JSON document.
 * @param input any JSON value, e.g. the body of `POST /api/workflows`
 * @returns diagnostics of every severity, and the machine when none is an error
 */
export function compile(input: unknown): CompileResult {
  try {
    const { parsed, findings } = parseDocument(input)
    if (!parsed) return { diagnostics: findings.map(diagnose), workflow: null }
    const nodes = resolveExits(parsed)
    const diagnostics = [...findings, ...checkGraph(nodes)].map(diagnose)
    const workflow = isClean(diagnostics) ? assemble(parsed, nodes.filter(isComplete)) : null
    return { diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS), workflow }
  } catch (error) {
    // Nothing is meant to get here; if it does, the sender must hear of it like of any mistake.
    const detail = error instanceof Error ? error.message : String(error)
    return {
      diagnostics: [diagnose({ code: 'DOCUMENT_INVALID', path: '$', detail })],
      workflow: null,
    }
  }
}

function assemble(parsed: ParsedDocument, nodes: CompleteNode[]): CompiledWorkflow | null {
  const { document, trigger } = parsed
  if (!trigger) return null
  const behaviours = new Map(nodes.map((node) => [node.id, node.kind.behave(node.node)]))
  return {
    document,
    hash: contentHash(document),
    machine: createRunMachine(lower(nodes), behaviours),
    triggerEvent: trigger.kind.eventType,
    isTriggeredBy: (envelope) =>
      envelope.type === trigger.kind.eventType && trigger.kind.matches(trigger.trigger, envelope),
    waits: new Map(nodes.flatMap(waitOf)),
    needs: nodes.map((node) => node.kind.needs(node.node)),
  }
}

function waitOf(
  node: CompleteNode,
): [string, { event: string | null; timed: boolean; effect: boolean }][] {
  const lowering = node.kind.lower(node.node)
  if (lowering.shape === 'effect') return [[node.id, { event: null, timed: false, effect: true }]]
  if (lowering.shape !== 'wait') return []
  const event = lowering.event?.type ?? null
  return [[node.id, { event, timed: lowering.after !== undefined, effect: false }]]
}
