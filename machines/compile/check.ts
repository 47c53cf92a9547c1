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
  const findings: Finding[] = []
  for (const start of transient.values()) {
    const trail: string[] = []
    const onTrail = new Set<string>()
    const stack: { node: ResolvedNode; exit: number }[] = []
    const enter = (node: ResolvedNode): void => {
      stack.push({ node, exit: 0 })
      trail.push(node.id)
      onTrail.add(node.id)
    }
    if (!done.has(start.id)) enter(start)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const exit = top.node.exits[top.exit++]
      if (!exit) {
        stack.pop()
        trail.pop()
        onTrail.delete(top.node.id)
        done.add(top.node.id)
      } else if (onTrail.has(exit.target)) {
        const loop = [...trail.slice(trail.indexOf(exit.target)), exit.target].join(' → ')
        findings.push({
          code: 'LOOP_WITHOUT_WAIT',
          path: `$.nodes[${top.node.index}]${exit.port.path}`,
          nodeId: top.node.id,
          detail: loop,
        })
      } else {
        const target = transient.get(exit.target)
        if (target && exit.target !== END && !done.has(target.id)) enter(target)
      }
    }
  }
  return findings
}

function isTransient(node: ResolvedNode): boolean {
  const shape = node.kind?.lower(node.node).shape
  return shape === 'choice' || shape === 'assign'
}

function wrongExpressions(node: ResolvedNode): Finding[] {
  return (node.kind?.expressions(node.node) ?? []).flatMap(({ path, source }) => {
    try {
      if (isPath(source)) compilePath(source)
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
