// DEAD_END and JOIN_NEVER_REACHED: places from which the run cannot come to its end.

import { RETURN } from '../../nodes/interrupt.ts'
import type { Finding } from '../diagnostics.ts'
import { doneOf, END, FAILED, type ResolvedNode } from '../resolve.ts'
import { type Checked, outwards, placeOf } from './checked.ts'
import { knotsIn } from './cycles.ts'
import { type Edge, type Flow, insideOf } from './flow.ts'
import { search, type Ways } from './search.ts'
import { traceTo } from './trace.ts'

/** Parallels whose groups cannot all end, and knots of nodes that only lead to each other. */
export function deadEnds({ flow }: Checked): Finding[] {
  const reached = search(flow)
  const ending = leadingToEnd(flow, reached)
  return [...joinsNeverReached(flow, reached, ending), ...knotsWithoutEnd(flow, reached, ending)]
}

/** An error where nothing else leads out of the parallel either; with a handler around it may be meant. */
function joinsNeverReached(flow: Flow, reached: Ways, ending: ReadonlySet<string>): Finding[] {
  return [...flow.joins].flatMap(([join, ends]): Finding[] => {
    const parallel = flow.byId.get(join.slice('join:'.length))
    const stuck = ends.find((end) => !reached.has(end))?.slice('done:'.length)
    if (!parallel || stuck === undefined || !reached.has(parallel.id)) return []
    return [
      {
        code: 'JOIN_NEVER_REACHED',
        severity: ending.has(parallel.id) ? 'warning' : 'error',
        ...placeOf(parallel),
        detail: parallel.id,
        other: stuck,
        trace: traceTo(flow, stuck),
      },
    ]
  })
}

/** Said once of each knot, at its first node in the document; what leads into a knot is not told of. */
function knotsWithoutEnd(flow: Flow, reached: Ways, ending: ReadonlySet<string>): Finding[] {
  const isDead = ({ from, to }: Edge) => !ending.has(from) && !ending.has(to)
  return knotsIn(flow, isDead).flatMap((knot): Finding[] => {
    const leavesFor = ({ to }: Edge) => !knot.has(to) && to !== FAILED && !to.startsWith('inside:')
    if ([...knot].some((point) => flow.from.get(point)?.some(leavesFor))) return []
    const node = flow.nodes.find(({ id }) => knot.has(id) && reached.has(id))
    if (!node || isInUnjoined(flow, reached, node)) return []
    return [{ code: 'DEAD_END', ...placeOf(node), detail: node.id, trace: traceTo(flow, node.id) }]
  })
}

/** Then the parallel is told of. */
function isInUnjoined({ joinOf, byId }: Flow, reached: Ways, node: ResolvedNode): boolean {
  return [...outwards(byId, node)].some(({ id }) => {
    const end = doneOf(id)
    return joinOf.has(end) && !reached.has(end)
  })
}

/** Points from which the end, or inside an interrupt the return, can be reached: the graph walked backwards. */
function leadingToEnd(flow: Flow, reached: Ways): Set<string> {
  const joined = [...flow.joins]
    .filter(([, ends]) => ends.every((end) => reached.has(end)))
    .flatMap(([join, ends]) => ends.map((end) => ({ from: end, to: join })))
  const into = Map.groupBy([...flow.edges, ...joined], ({ to }) => to)
  const broken = flow.nodes.flatMap((node) => brokenPoints(flow, node))
  const root = insideOf(null)
  const leading = backwardsFrom([END, ...broken], into, () => false)
  // Who is interrupted is no further after the return.
  return leading.union(backwardsFrom([RETURN], into, ({ from }) => from === root))
}

type Into = ReadonlyMap<string, readonly Pick<Edge, 'from'>[]>

function backwardsFrom(
  ends: string[],
  into: Into,
  isClosed: (edge: Pick<Edge, 'from'>) => boolean,
): Set<string> {
  const leading = new Set(ends)
  for (const point of leading) {
    for (const edge of into.get(point) ?? []) if (!isClosed(edge)) leading.add(edge.from)
  }
  return leading
}

/** What is told of by itself, and may well lead on once it is put right. */
function brokenPoints({ shapes }: Flow, { id, exits, children }: ResolvedNode): string[] {
  const isWrongParallel =
    shapes.get(id)?.shape === 'parallel' &&
    children.some((child) => shapes.get(child)?.shape !== 'group')
  return [
    ...(exits.some(({ exists }) => !exists) ? [id] : []),
    ...(isWrongParallel ? [id, doneOf(id)] : []),
  ]
}
