// Phase 3: rules about the graph and the expressions. Finds what would stop or strand a contact.

import { compilePath, isPath } from '../expression/path.ts'
import { compileTemplate } from '../expression/template.ts'
import type { Finding } from './diagnostics.ts'
import { type Exit, isContainer, type ResolvedNode } from './resolve.ts'

/** Nodes of a loop that its sentence names. */
const MAX_SHOWN = 10

/** All findings about a resolved document. */
export function checkGraph(nodes: ResolvedNode[]): Finding[] {
  return [
    ...wrongPlaces(nodes),
    ...missingTargets(nodes),
    ...unreachableNodes(nodes),
    ...loopsWithoutWait(nodes),
    ...nodes.flatMap(wrongExpressions),
  ]
}

function missingTargets(nodes: ResolvedNode[]): Finding[] {
  return nodes.flatMap((node) =>
    node.exits
      .filter((exit) => !exit.exists)
      .map((exit) => ({
        code: 'TARGET_MISSING' as const,
        path: `$.nodes[${node.index}]${exit.port.path}`,
        nodeId: node.id,
        detail: exit.target,
      })),
  )
}

function unreachableNodes(nodes: ResolvedNode[]): Finding[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const reached = new Set<string>()
  const first = nodes.find((node) => node.parent === null)
  const waiting = first ? [first.id] : []
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = byId.get(id)
    if (!node || reached.has(id)) continue
    reached.add(id)
    waiting.push(...leadsTo(node))
  }
  return nodes
    .filter((node) => !reached.has(node.id))
    .map((node) => ({
      code: 'NODE_UNREACHABLE' as const,
      path: `$.nodes[${node.index}]`,
      nodeId: node.id,
      detail: node.id,
    }))
}

/** A node leads out by its exits and failures, into the containers around it, and a container to what it begins with. */
function leadsTo(node: ResolvedNode): string[] {
  const shape = node.kind?.lower(node.node).shape
  const inside = shape === 'parallel' ? node.children : node.children.slice(0, 1)
  const around = node.parent === null ? [] : [node.parent]
  return [...inside, ...around, node.failsTo, ...node.exits.map((exit) => exit.target)]
}

/** Parents that cannot hold the node, containers with nothing inside, regions that are no groups. */
function wrongPlaces(nodes: ResolvedNode[]): Finding[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return nodes.flatMap((node) => {
    const at = (path: string) => ({ path: `$.nodes[${node.index}]${path}`, nodeId: node.id })
    const findings: Finding[] = []
    const named = node.node.parent
    if (typeof named === 'string' && node.parent === null) {
      findings.push({ code: 'PARENT_INVALID', ...at('.parent'), detail: named })
    }
    if (isContainer(node) && node.children.length === 0) {
      findings.push({ code: 'CONTAINER_EMPTY', ...at(''), detail: node.id })
    }
    const parent = byId.get(node.parent ?? '')
    if (parent?.type === 'parallel' && node.kind && node.type !== 'group') {
      findings.push({ code: 'REGION_NOT_GROUP', ...at('.parent'), detail: node.id })
    }
    return findings
  })
}

/** Follows only nodes that are left at once; a cycle among them would never hand control back. */
function loopsWithoutWait(nodes: ResolvedNode[]): Finding[] {
  const transient = new Map(nodes.filter(isTransient).map((node) => [node.id, node]))
  const done = new Set<string>()
  return [...transient.values()].flatMap((start) =>
    done.has(start.id) ? [] : loopsFrom(start, transient, done),
  )
}

/** Depth first with a stack of its own: a document may chain more nodes than the call stack holds. */
function loopsFrom(
  start: ResolvedNode,
  transient: ReadonlyMap<string, ResolvedNode>,
  done: Set<string>,
): Finding[] {
  const findings: Finding[] = []
  const trail = [{ node: start, exit: 0 }]
  const onTrail = new Set([start.id])
  for (let top = trail.at(-1); top; top = trail.at(-1)) {
    const { node } = top
    const exit = node.exits[top.exit++]
    const target = exit && transient.get(exit.target)
    if (!exit) {
      trail.pop()
      onTrail.delete(node.id)
      done.add(node.id)
    } else if (target && onTrail.has(target.id)) {
      const ids = trail.map((step) => step.node.id)
      findings.push(loopFinding(node, exit, ids.slice(ids.indexOf(target.id))))
      // One way back is enough to say of a node.
      top.exit = node.exits.length
    } else if (target && !done.has(target.id)) {
      trail.push({ node: target, exit: 0 })
      onTrail.add(target.id)
    }
  }
  return findings
}

function loopFinding(node: ResolvedNode, exit: Exit, ids: string[]): Finding {
  const shown = ids.length > MAX_SHOWN ? [...ids.slice(0, MAX_SHOWN), '…'] : ids
  return {
    code: 'LOOP_WITHOUT_WAIT',
    path: `$.nodes[${node.index}]${exit.port.path}`,
    nodeId: node.id,
    detail: [...shown, exit.target].join(' → '),
  }
}

function isTransient(node: ResolvedNode): boolean {
  const shape = node.kind?.lower(node.node).shape
  return shape === 'choice' || shape === 'assign' || shape === 'jump'
}

function wrongExpressions(node: ResolvedNode): Finding[] {
  return (node.kind?.expressions(node.node) ?? []).flatMap(({ path, source, isText }) => {
    try {
      if (!isText && isPath(source)) compilePath(source)
      else compileTemplate(source)
      return []
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      return [
        {
          code: 'EXPRESSION_INVALID' as const,
          path: `$.nodes[${node.index}]${path}`,
          nodeId: node.id,
          detail,
        },
      ]
    }
  })
}
