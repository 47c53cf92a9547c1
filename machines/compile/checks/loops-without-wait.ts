// LOOP_WITHOUT_WAIT: a cycle of nodes that are left at once would never hand control back.

import type { JsonPatchOp } from '../../contracts/api.ts'
import type { Finding } from '../diagnostics.ts'
import type { Exit, ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import { addAt, replaceAt } from './fix.ts'
import type { Flow } from './flow.ts'
import { traceTo } from './trace.ts'

/** Nodes of a loop that its sentence names. */
const MAX_SHOWN = 10

/** Every cycle among choices, assignments and jumps, said of the node that closes it. */
export function loopsWithoutWait({ flow }: Checked): Finding[] {
  const atOnce = flow.nodes.filter((node) => isLeftAtOnce(flow, node))
  const transient = new Map(atOnce.map((node) => [node.id, node]))
  const done = new Set<string>()
  return atOnce
    .flatMap((start) => (done.has(start.id) ? [] : loopsFrom(start, transient, done)))
    .map((loop) => findingOf(flow, loop))
}

interface Loop {
  node: ResolvedNode
  exit: Exit
  ids: string[]
}

/** Depth first with a stack of its own: a document may chain more nodes than the call stack holds. */
function loopsFrom(
  start: ResolvedNode,
  transient: ReadonlyMap<string, ResolvedNode>,
  done: Set<string>,
): Loop[] {
  const loops: Loop[] = []
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
      loops.push({ node, exit, ids: ids.slice(ids.indexOf(target.id)) })
      // One way back is enough to say of a node.
      top.exit = node.exits.length
    } else if (target && !done.has(target.id)) {
      trail.push({ node: target, exit: 0 })
      onTrail.add(target.id)
    }
  }
  return loops
}

function findingOf(flow: Flow, { node, exit, ids }: Loop): Finding {
  const shown = ids.length > MAX_SHOWN ? [...ids.slice(0, MAX_SHOWN), '…'] : ids
  return {
    code: 'LOOP_WITHOUT_WAIT',
    ...placeOf(node, exit.port.path),
    detail: [...shown, exit.target].join(' → '),
    fix: delayOn(flow, node, exit),
    trace: traceTo(flow, node.id),
  }
}

/** Puts a minute's wait on the step back, unless another way out would run into it. */
function delayOn(flow: Flow, node: ResolvedNode, exit: Exit): JsonPatchOp[] | null {
  const others = node.exits.filter((other) => other !== exit)
  if (exit.port.target === undefined || others.some(({ port }) => port.target === undefined)) {
    return null
  }
  const id = freeId(flow)
  const parent = node.parent === null ? {} : { parent: node.parent }
  const wait = { id, type: 'delay', ...parent, duration: 'PT1M', next: exit.target }
  return [
    replaceAt(placeOf(node, exit.port.path).path, id),
    addAt(`$.nodes[${node.index + 1}]`, wait),
  ]
}

function freeId({ byId }: Flow): string {
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? 'espera' : `espera_${number}`
    if (!byId.has(id)) return id
  }
}

function isLeftAtOnce({ shapes }: Flow, { id }: ResolvedNode): boolean {
  const shape = shapes.get(id)?.shape
  return shape === 'choice' || shape === 'assign' || shape === 'jump'
}
