// Phase 3: rules about the graph and the expressions. Finds what would stop or strand a contact.

import { compilePath, isPath } from '../expression/path.ts'
import { compileTemplate } from '../expression/template.ts'
import type { Finding } from './diagnostics.ts'
import { END, type ResolvedNode } from './resolve.ts'

/** All findings about a resolved document. */
export function checkGraph(nodes: ResolvedNode[]): Finding[] {
  return [
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
  const waiting = nodes[0] ? [nodes[0].id] : []
  while (waiting.length > 0) {
    const id = waiting.pop()
    if (id === undefined || reached.has(id)) continue
    reached.add(id)
    for (const exit of byId.get(id)?.exits ?? []) waiting.push(exit.target)
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
  // Insertion order is the trail from `start`; the value is the index of the exit to follow next.
  const trail = new Map<ResolvedNode, number>([[start, 0]])
  for (let node = start, open = true; open; ) {
    const index = trail.get(node) ?? 0
    const exit = node.exits[index]
    trail.set(node, index + 1)
    const target = exit && transient.get(exit.target)
    if (!exit) {
      trail.delete(node)
      done.add(node.id)
      const back = [...trail.keys()].at(-1)
      if (back) node = back
      else open = false
    } else if (target && trail.has(target)) {
      findings.push(loopFinding(node, exit, [...trail.keys()]))
    } else if (target && !done.has(target.id)) {
      node = target
    }
  }
  return findings
}
function isTransient(node: ResolvedNode): boolean {
  const shape = node.kind?.lower(node.node).shape
  return shape === 'choice' || shape === 'assign'
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
        { code: 'EXPRESSION_INVALID' as const, path: `$.nodes[${node.index}]${path}`, nodeId: node.id, detail },
      ]
    }
  })
}
