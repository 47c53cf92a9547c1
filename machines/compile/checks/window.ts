// WINDOW_MAYBE_CLOSED: a WhatsApp message that is no template may be sent more than 24 hours after the contact's last
// message, or before it ever wrote (Meta, "Customer service windows").

import type { Finding } from '../diagnostics.ts'
import { type ResolvedNode, TRIGGER } from '../resolve.ts'
import { type Checked, outwards, placeOf } from './checked.ts'
import type { Edge, Flow } from './flow.ts'
import { joinEdge, search } from './search.ts'
import { lengthOf, spanOf } from './span.ts'
import { traceOf, traceTo } from './trace.ts'

const DAY = 24 * 60 * 60 * 1000
/** A loop that lets time pass does so as often as it likes. */
const MAX_RAISES = 10

/** How long ago the contact's last message may be, in milliseconds, up to a day. */
interface Ages {
  age: Map<string, number>
  /** The step by which a point got its age. */
  by: Map<string, Edge>
}

/** Every message that may find the window closed. */
export function closedWindows(checked: Checked): Finding[] {
  const { flow } = checked
  const sends = flow.nodes.filter(needsWindow)
  if (sends.length === 0) return []
  const start = isOpenedByTrigger(checked) ? 0 : DAY
  const ages = agesFrom(flow, start)
  const unopened = start === DAY ? search(flow, { isClosed: isOpening }) : new Map()
  return sends
    .filter(({ id }) => (ages.age.get(id) ?? 0) >= DAY)
    .map(({ id, ...node }) => ({
      code: 'WINDOW_MAYBE_CLOSED',
      ...placeOf({ id, ...node }),
      detail: id,
      trace: unopened.has(id) ? traceTo(flow, id, unopened) : agedTrace(flow, ages, id),
    }))
}

function needsWindow({ kind, node }: ResolvedNode): boolean {
  const needs = kind?.needs(node)
  if (needs?.channel !== 'whatsapp') return false
  return needs.template === undefined && needs.isSilent === undefined
}

function isOpenedByTrigger({ trigger }: Checked): boolean {
  if (!trigger) return false
  const { type, channel } = trigger.trigger as { type: string; channel?: string }
  return (
    type === 'message.received.whatsapp' || (type === 'message.received' && channel === 'whatsapp')
  )
}

function isOpening({ cause }: Edge): boolean {
  if (cause.kind === 'event') {
    return cause.type === 'message.received' || cause.type === 'message.received.whatsapp'
  }
  return cause.kind === 'word' || cause.kind === 'answered' || cause.kind === 'misanswered'
}

/** Ages only ever rise towards a day, so it comes to rest; what keeps rising is a day old. */
function agesFrom(flow: Flow, start: number): Ages {
  const age = new Map([[TRIGGER, start]])
  const by = new Map<string, Edge>()
  const raises = new Map<string, number>()
  const queue = [TRIGGER]
  function raise(edge: Edge, to: number): void {
    const before = age.get(edge.to) ?? -1
    if (to <= before) return
    const count = (raises.get(edge.to) ?? 0) + 1
    raises.set(edge.to, count)
    age.set(edge.to, count > MAX_RAISES ? DAY : to)
    by.set(edge.to, edge)
    queue.push(edge.to)
  }
  for (const point of queue) {
    const now = age.get(point) ?? 0
    for (const edge of flow.from.get(point) ?? []) raise(edge, ageAfter(flow, edge, now))
    const joined = joinEdge(flow, point, age)
    if (joined) raise(joined, now)
  }
  return { age, by }
}

function ageAfter(flow: Flow, edge: Edge, before: number): number {
  if (isOpening(edge)) return 0
  return Math.min(DAY, before + timePassing(flow, edge))
}

/** How long the step may have been waited for. What a container waits for has been counted where the run rests. */
function timePassing({ byId, shapes }: Flow, { from, cause, node }: Edge): number {
  const shape = shapes.get(node)?.shape
  if (from !== node || (shape !== 'wait' && shape !== 'ask')) return 0
  if (cause.kind === 'at once' || cause.kind === 'failed') return 0
  return longestAt(byId, byId.get(node))
}

/** The first time-out of the node or around it; without any it is for ever. */
function longestAt(byId: Flow['byId'], node: ResolvedNode | undefined): number {
  const own = (node?.node as { at?: unknown } | undefined)?.at
  // The next time of day is less than a day away.
  if (own !== undefined) return isDaily(own) ? DAY - 1 : DAY
  let longest = DAY
  for (const at of outwards(byId, node)) {
    const span = spanOf(at)
    if (span !== null) longest = Math.min(longest, lengthOf(span))
  }
  return longest
}

function isDaily(at: unknown): boolean {
  return typeof at === 'object' && at !== null && Object.keys(at).join() === 'time'
}

/** The way by which it got so old; none where that goes round in a loop. */
function agedTrace(flow: Flow, { by }: Ages, id: string) {
  const way: Edge[] = []
  const seen = new Set<string>()
  for (let edge = by.get(id); edge; edge = by.get(edge.from)) {
    if (seen.has(edge.to)) return traceTo(flow, id)
    seen.add(edge.to)
    way.push(edge)
  }
  return traceOf(flow, way.toReversed())
}
