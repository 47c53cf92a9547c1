// From document to statechart, phase by phase. Either a machine or diagnostics, never an exception.

import type { Diagnostic } from '../contracts/api.ts'
import type { Envelope } from '../contracts/envelope.ts'
import type { WorkflowDocument } from '../contracts/workflow.ts'
import type { NodeBase, NodeNeeds, Reaction } from '../nodes/node-kind.ts'
import type { Reentry } from '../nodes/trigger-kind.ts'
import { diagnose, isClean } from './diagnostics.ts'
import { examine, MAX_DIAGNOSTICS, unreadable } from './examine.ts'
import { contentHash } from './hash.ts'
import { type InterruptUse, interruptUses } from './interrupt-use.ts'
import { lower } from './lower.ts'
import { startingAt } from './starting-at.ts'
import { createRunMachine, type RunMachine } from './machine.ts'
import { parseDocument, type ParsedDocument } from './parse.ts'
import type { Surroundings } from './surroundings.ts'
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
  /** Of several runs that wait for a message the one of highest priority gets it. */
  priority: number
  /** Of the runs that name the same group only one is active for a contact. */
  exclusive: string | null
  /** What leads into an interrupt from anywhere. */
  interrupts: readonly InterruptUse[]
  /** The machine that begins by entering this node; made anew for each move. */
  machineAt(nodeId: string): RunMachine
  /** What each node that can be waited in reacts to, by node id. */
  waits: ReadonlyMap<string, NodeWait>
  needs: NodeNeeds[]
  /** Nodes that wait for a person to give the conversation back. */
  handoffs: ReadonlySet<string>
  /** Workflows that it runs, and at which version; null: the one published then. */
  subflows: readonly SubflowUse[]
}

export interface SubflowUse {
  workflowId: string
  versionId: string | null
}

export interface NodeWait {
  /** Event types that would move the run on: the node's own, then those of the containers around it. */
  events: string[]
  /** Whether time alone would move it on. */
  timed: boolean
  /** Whether it waits for its own effect. */
  effect: boolean
  /** ISO 8601 duration of silence that ends a burst of the events in `collects`. */
  quiet: string | null
  collects: string[]
}

export interface CompileResult {
  diagnostics: Diagnostic[]
  /** Null while there are errors. */
  workflow: CompiledWorkflow | null
}

/**
 * Compiles an unknown JSON document.
 * @param input any JSON value, e.g. the body of `POST /api/workflows`
 * @param surroundings what the tenant has; left out: channels, templates and other workflows are not checked
 * @returns diagnostics of every severity, and the machine when none is an error
 */
export function compile(input: unknown, surroundings?: Surroundings): CompileResult {
  try {
    const { diagnostics, parsed, nodes } = examine(input, surroundings)
    const isWhole = parsed && isClean(diagnostics)
    const workflow = isWhole ? assemble(parsed, nodes.filter(isComplete)) : null
    return { diagnostics: diagnostics.slice(0, MAX_DIAGNOSTICS), workflow }
  } catch (error) {
    // Nothing is meant to get here; if it does, the sender must hear of it like of any mistake.
    return { diagnostics: [unreadable(error)], workflow: null }
  }
}

/**
 * Compiles a version that was published: its runs go on also where a check of today would not let it be published.
 * @returns null when no machine can be made of it
 */
export function compileVersion(definition: unknown): CompiledWorkflow | null {
  try {
    const { parsed, findings } = parseDocument(definition)
    if (!parsed || !isClean(findings.map(diagnose))) return null
    return assemble(parsed, resolveExits(parsed).filter(isComplete))
  } catch {
    return null
  }
}

function assemble(parsed: ParsedDocument, nodes: CompleteNode[]): CompiledWorkflow | null {
  const { document, trigger } = parsed
  if (!trigger) return null
  const triggerEvent = trigger.kind.eventTypeOf?.(trigger.trigger) ?? trigger.kind.eventType
  const lowered = lower(nodes)
  const behaviours = new Map(nodes.map((node) => [node.id, node.kind.behave(node.node)]))
  return {
    document,
    hash: contentHash(document),
    machine: createRunMachine(lowered, behaviours),
    machineAt: (nodeId) => createRunMachine(startingAt(lowered, nodeId), behaviours),
    priority: trigger.trigger.priority ?? 0,
    exclusive: trigger.trigger.exclusive ?? null,
    interrupts: interruptUses(nodes),
    triggerEvent,
    isTriggeredBy: (envelope) =>
      envelope.type === triggerEvent &&
      trigger.kind.matches(trigger.trigger, envelope, document.id),
    reentry: trigger.trigger.reentry ?? 'always',
    waits: waitsOf(nodes),
    needs: nodes.map((node) => node.kind.needs(node.node)),
    handoffs: new Set(
      nodes.filter(({ node }) => node.type === 'handoff.human').map(({ id }) => id),
    ),
    subflows: nodes.filter(({ node }) => node.type === 'subflow').map(subflowOf),
  }
}

function subflowOf({ node }: CompleteNode): SubflowUse {
  const { workflow, version = null } = node as NodeBase & { workflow: string; version?: string }
  return { workflowId: workflow, versionId: version }
}

function waitsOf(nodes: CompleteNode[]): Map<string, NodeWait> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return new Map(
    nodes.flatMap((node) => {
      const { shape } = node.kind.lower(node.node)
      if (shape !== 'effect' && shape !== 'wait' && shape !== 'ask') return []
      const around = [node, ...ancestorsOf(node, byId)].map((each) => reactionsOf(each))
      const wait = {
        events: [...new Set(around.flatMap(({ events }) => events))],
        timed: around.some(({ timed }) => timed),
        effect: shape === 'effect',
        ...burstOf(node),
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
  switch (lowering.shape) {
    case 'ask':
      return { events: [lowering.event], timed: lowering.after !== undefined }
    case 'effect':
      return { events: [], timed: lowering.after !== undefined }
    case 'group':
      return { events: typesOf(lowering.events), timed: lowering.after !== undefined }
    case 'wait': {
      const own = lowering.event ? [lowering.event] : []
      const events = typesOf([...own, ...(lowering.events ?? [])])
      return { events, timed: lowering.after !== undefined }
    }
    default:
      return { events: [], timed: false }
  }
}

/** Of all that a node waits for, only what people write comes in bursts. */
function burstOf(node: CompleteNode): Pick<NodeWait, 'quiet' | 'collects'> {
  const lowering = node.kind.lower(node.node)
  const quiet = lowering.shape === 'wait' || lowering.shape === 'ask' ? lowering.quiet : undefined
  if (quiet === undefined) return { quiet: null, collects: [] }
  const collects = reactionsOf(node).events.filter((type) => type.startsWith('message.received'))
  return { quiet, collects }
}

function typesOf(reactions: readonly Reaction[]): string[] {
  return reactions.map(({ type }) => type)
}
