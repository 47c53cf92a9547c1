// BOT_TALK_ENDLESS: a loop that sends each time and never waits for the contact. LOOP_WITHOUT_BUDGET: one that calls
// other systems without a wait, and a list that is gone through without saying how far.

import type { Finding } from '../diagnostics.ts'
import { doneOf, type ResolvedNode } from '../resolve.ts'
import { type Checked, placeOf } from './checked.ts'
import { knotsIn } from './cycles.ts'
import { addAt } from './fix.ts'
import type { Edge, Flow } from './flow.ts'
import { search, wayTo } from './search.ts'
import { isSend } from './sends.ts'
import { traceOf, traceTo } from './trace.ts'

/** What `loop.for-each` takes when the document says nothing. */
const DEFAULT_MAX = 100
/** Nodes of a loop that its sentence names. */
const MAX_SHOWN = 10

/** Every knot of steps that need no event. */
export function endlessTalk({ flow }: Checked): Finding[] {
  const knots = knotsIn(flow, (edge) => needsNobody(flow, edge))
  return knots.flatMap((knot) => knotFindings(flow, knot))
}

/** The turns of a loop over a list are counted, what somebody must do is a wait, and a subflow may hold one. */
function needsNobody({ shapes, byId }: Flow, { from, node, cause }: Edge): boolean {
  const isTurn = shapes.get(node)?.shape === 'loop' && from === doneOf(node)
  const isSubflow = cause.kind === 'done' && byId.get(node)?.type === 'subflow'
  const isAwaited = ['event', 'word', 'answered', 'misanswered'].includes(cause.kind)
  return !isTurn && !isSubflow && !isAwaited
}

function knotFindings(flow: Flow, knot: ReadonlySet<string>): Finding[] {
  const inside = flow.edges.filter(({ from, to }) => knot.has(from) && knot.has(to))
  const takesTime = inside.some(({ cause }) => cause.kind === 'time')
  const members = flow.nodes.filter(({ id }) => knot.has(id))
  const sender = members.find(isSend)
  const caller = members.find(({ id }) => flow.shapes.get(id)?.shape === 'effect')
  const node = sender ?? caller
  if (!node || (!sender && takesTime)) return []
  const round = roundOf(flow, node, knot)
  const ids = round.map(({ to }) => to).filter((to) => flow.byId.has(to))
  const shown = ids.length > MAX_SHOWN ? [...ids.slice(0, MAX_SHOWN), '…'] : ids
  const way = wayTo(flow, search(flow), node.id)
  return [
    {
      code: sender ? 'BOT_TALK_ENDLESS' : 'LOOP_WITHOUT_BUDGET',
      ...(sender && !takesTime && !hasWayOut(flow, knot) && { severity: 'error' as const }),
      ...placeOf(node),
      detail: [node.id, ...shown].join(' → '),
      trace: way && traceOf(flow, [...way, ...round]),
    },
  ]
}

/** The shortest way from a node of a knot to itself. */
function roundOf(flow: Flow, { id }: ResolvedNode, knot: ReadonlySet<string>): Edge[] {
  const isClosed = (edge: Edge) => !knot.has(edge.to) || !needsNobody(flow, edge)
  const ways = search(flow, { start: id, isClosed })
  for (const point of ways.keys()) {
    const back = flow.from.get(point)?.find((edge) => edge.to === id && !isClosed(edge))
    if (back) return [...(wayTo(flow, ways, point) ?? []), back]
  }
  return []
}

/** Failing is none: nobody builds on it. */
function hasWayOut({ edges }: Flow, knot: ReadonlySet<string>): boolean {
  return edges.some(
    ({ from, to, cause }) =>
      knot.has(from) && !knot.has(to) && !['failed', 'undecided', 'resting'].includes(cause.kind),
  )
}

/** Loops over a list that leave their limit to the platform. */
export function loopsWithoutMax({ flow }: Checked): Finding[] {
  return flow.nodes.flatMap((node) => {
    if (flow.shapes.get(node.id)?.shape !== 'loop') return []
    if ((node.node as { max?: number }).max !== undefined) return []
    const fix = [addAt(placeOf(node, '.max').path, DEFAULT_MAX)]
    const trace = traceTo(flow, node.id)
    return [{ code: 'LOOP_WITHOUT_BUDGET', ...placeOf(node), detail: node.id, fix, trace }]
  })
}
