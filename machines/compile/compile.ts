// From document to statechart, phase by phase. Either a machine or diagnostics, never an exception.

import type { Diagnostic } from '../contracts/api.ts'
import type { Envelope } from '../contracts/envelope.ts'
import type { WorkflowDocument } from '../contracts/workflow.ts'
import type { NodeNeeds } from '../nodes/node-kind.ts'
import type { Reentry } from '../nodes/trigger-kind.ts'
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
  /** Whether this very envelope starts a run, as far as the trigger's filter goes. */
  isTriggeredBy(envelope: Envelope): boolean
  /** Whether a contact may start again. */
  reentry: Reentry
  /** What each node that can be waited in reacts to, by node id. */
  waits: ReadonlyMap<string, NodeWait>
  needs: NodeNeeds[]
}

export interface NodeWait {
  /** Event types that would move the run on: the node's own, then those of the containers around it. */
  events: string[]
  /** Whether time alone would move it on. */
  timed: boolean
  /** Whether it waits for its own effect. */
  effect: boolean
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
  const triggerEvent = trigger.kind.eventTypeOf?.(trigger.trigger) ?? trigger.kind.eventType
  const behaviours = new Map(nodes.map((node) => [node.id, node.kind.behave(node.node)]))
  return {
    document,
    hash: contentHash(document),
    machine: createRunMachine(lower(nodes), behaviours),
    triggerEvent,
    isTriggeredBy: (envelope) =>
      envelope.type === triggerEvent && trigger.kind.matches(trigger.trigger, envelope),
    reentry: trigger.trigger.reentry ?? 'always',
    waits: waitsOf(nodes),
    needs: nodes.map((node) => node.kind.needs(node.node)),
  }
}

function waitsOf(nodes: CompleteNode[]): Map<string, NodeWait> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return new Map(
    nodes.flatMap((node) => {
      const { shape } = node.kind.lower(node.node)
      if (shape !== 'effect' && shape !== 'wait') return []
      const around = [node, ...ancestorsOf(node, byId)].map((each) => reactionsOf(each))
      const wait = {
        events: [...new Set(around.flatMap(({ events }) => events))],
        timed: around.some(({ timed }) => timed),
        effect: shape === 'effect',
      }
      return [[node.id, wait] as const]
    }),
  )
}

function ancestorsOf(node: CompleteNode, byId: ReadonlyMap<string, CompleteNode>): CompleteNode[] {
  const parent = byId.get(node.parent ?? '')
  return parent ? [parent, ...ancestorsOf(parent, byId)] : []
}

function reactionsOf({ kind, node }: CompleteNode): { events: string[]; timed: boolean } {
  const lowering = kind.lower(node)
  if (lowering.shape !== 'wait' && lowering.shape !== 'group') return { events: [], timed: false }
  const own = lowering.shape === 'wait' && lowering.event ? [lowering.event] : []
  const events = [...own, ...(lowering.events ?? [])].map((reaction) => reaction.type)
  return { events, timed: lowering.after !== undefined }
}
