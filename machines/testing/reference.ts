// An independent interpreter of workflow documents, to hold the compiled machine against. It walks the document
// with a set of active places and shares with the product what a single node means (schema, ports, behaviour) and
// nothing of control flow: no lowering, no statechart library. Rules: DESIGN §5; paths side by side take turns in
// the order of the document, as SCXML's algorithm does (https://www.w3.org/TR/scxml/#AlgorithmforSCXMLInterpretation).

import type { Moment, RunContext, RunEvent } from '../compile/run-context.ts'
import type { Command } from '../contracts/effect.ts'
import type { EffectError } from '../contracts/event.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { createScope, type Scope } from '../expression/scope.ts'
import type { Behaviour, Lowering, NodeBase, Port } from '../nodes/node-kind.ts'
import { nodeKindOf } from '../nodes/registry.ts'

/** A node of the document at its place. */
interface Place extends NodeBase {
  order: number
  around: Place | null
  inside: Place[]
  ports: Port[]
  is: Lowering
  does: Behaviour
}
/** Where a run can be directly inside a container (null: the document): at a node, or past the last one. */
type Spot = { in: Place | null; at: Place | 'its start' | 'its end' | '$end' | '$failed' }
/** One thing that a run does: it leaves a spot and goes to others, or stays. */
interface Way {
  from: Spot
  /** None: it stays. */
  to: Spot[]
  /** Done when what is left is left and nothing is entered yet. */
  between?: (() => void) | undefined
  /** Done instead of entering. */
  instead?: () => void
  /** Where it leads once everything is left: what is left now is remembered then. */
  atLast?: () => Spot[]
}
type Timers = Record<string, { dueAt: string; generation: number }>
/** The interrupt that was left (none: the root), innermost places, timers, and results that came since. */
type Away = { place: string; at: string[]; timers: Timers; told: Record<string, RunEvent> }
/** All that is remembered between events; plain data. */
export interface ReferenceRun extends Omit<RunContext, 'suspended' | 'returning'> {
  status: 'active' | 'done' | 'failed'
  /** Nodes that the run is in, containers too. */
  active: string[]
  tries: Record<string, number>
  timers: Timers
  generation: number
  /** The innermost places that a container held when it was left last; one that had ended names itself. */
  history: Record<string, string[]>
  /** What interrupts have left, the outermost first. */
  away: Away[]
}
export interface ReferenceStep {
  run: ReferenceRun
  entered: string[]
  effects: { nodeId: string; visit: number; command: Command }[]
  /** How long it took; a machine with a cap must give up somewhere near it. */
  rounds: number
}

/** More of them for one event is an endless loop. */
export const MAX_ROUNDS = 1000
const THE_END: Spot = { in: null, at: '$end' }

/** Reads a document that the compiler accepts. Events are those of `advanceRun`, timers named `timer:<node>`. */
export function createReference(document: { nodes: NodeBase[] }) {
  const places = placesOf(document.nodes)
  const named = 'vars results awaiting tries loops timers history'.split(' ')
  const lists = Object.fromEntries(named.map((name) => [name, {}]))
  const fresh = { ...lists, status: 'active', error: null, active: [], visit: 0, away: [] }
  return {
    start(payload: JsonObject, moment: Moment): ReferenceStep {
      const run = { ...structuredClone(fresh), payload, generation: 0 } as unknown as ReferenceRun
      return createWalk(places, run, { ...moment, type: '' })
    },
    advance(run: ReferenceRun, event: RunEvent): ReferenceStep {
      const step = createWalk(places, structuredClone(run), event)
      if (step.rounds < MAX_ROUNDS) return step
      const error = { code: 'RUN_MICROSTEPS', message: '', nodeId: '' }
      const failed = { ...run, status: 'failed' as const, error }
      return { ...step, run: failed, entered: ['$failed'], effects: [] }
    },
  }
}

function fault(message: string): never {
  throw new Error(message)
}

function placesOf(nodes: NodeBase[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  for (const [order, raw] of nodes.entries()) {
    const kind = nodeKindOf(raw.type) ?? fault(`no kind ${raw.type}`)
    const node = kind.schema.parse(raw)
    const meaning = { ports: kind.ports(node), is: kind.lower(node), does: kind.behave(node) }
    places.set(node.id, { ...node, order, around: null, inside: [], ...meaning })
  }
  for (const place of places.values()) {
    place.around = places.get(place.parent ?? '') ?? null
    place.around?.inside.push(place)
  }
  return places
}

const spotOf = (place: Place): Spot => ({ in: place.around, at: place })
const endOf = (place: Place): Spot => ({ in: place, at: 'its end' })
const innermost = (place: Place): Spot => (place.inside.length > 0 ? endOf(place) : spotOf(place))
const hasPort = (place: Place, port: string) => place.ports.some(({ name }) => name === port)

const isOnTheSpot = ({ from, to: [to, second], between, instead }: Way) =>
  !between && !instead && !second && to?.at === from.at

function isWithin(place: Place | null, container: Place | null): boolean {
  if (container === null) return true
  for (let up = place; up; up = up.around) if (up === container) return true
  return false
}

/** The nearest container around both ends. */
function domainOf({ from, to }: Way): Place | null {
  let domain = from.in
  while (domain && !to.every((spot) => isWithin(spot.in, domain))) domain = domain.around
  return domain
}

/** The child of a container on the way to a spot, or the spot itself. */
function spotInside(container: Place, spot: Spot): Spot {
  for (let up = spot.in; up; up = up.around) if (up.around === container) return spotOf(up)
  return spot
}

/** What one event does to a run, or its start where it is nowhere yet. */
function createWalk(places: ReadonlyMap<string, Place>, run: ReferenceRun, event: RunEvent) {
  const all = [...places.values()]
  const placeOf = (id: string): Place => places.get(id) ?? fault(`no node ${id}`)
  const active = new Set(run.active.map(placeOf))
  const step: ReferenceStep = { run, entered: [], effects: [], rounds: 0 }
  /** How often each place was entered. */
  const stays = new Map<Place, number>()
  const told: { place: Place; stay: number; way: () => Way }[] = []
  /** What is entered now was only left by an interrupt. */
  let returning: Away | null = null
  const stayOf = (place: Place): number => stays.get(place) ?? 0
  const inOrder = () => [...active].toSorted((left, right) => left.order - right.order)
  const leaves = () => inOrder().filter(isEmpty)
  const isEmpty = (place: Place) => !place.inside.some((inner) => active.has(inner))
  const stay = (at: Place, between: () => void): Way => ({ from: spotOf(at), to: [], between })
  const tell = (place: Place, way: () => Way) => void told.push({ place, stay: stayOf(place), way })

  /**
   * Rounds until nothing moves by itself: first what leads on at once, then what was decided, one by one. What only
   * leads to itself changes nothing and lets one decision pass (XState: macrostep, shouldSelectEventlessTransitions).
   */
  function walkOn(ways: Way[]): void {
    for (let round = ways; round.length > 0 && step.rounds < MAX_ROUNDS;) {
      step.rounds += 1
      takeAll(round)
      if (run.status !== 'active') return
      round = round.every(isOnTheSpot) ? decidedWay() : []
      if (round.length === 0) round = inOrder().flatMap((place) => instantWay(place) ?? [])
      while (round.length === 0 && told.length > 0) round = decidedWay()
    }
  }
  function decidedWay(): Way[] {
    const next = told.shift()
    return next && isMeant(next.place, next.stay) ? [next.way()] : []
  }
  /** What a node decided counts as long as the run is in it; what it asked for, in the stay in which it asked. */
  function isMeant(place: Place, stay: number): boolean {
    const { shape } = place.is
    if (shape === 'effect' || shape === 'ask') return active.has(place) && stayOf(place) === stay
    return active.has(place) && (shape !== 'loop' || isEmpty(place))
  }
  /** The nodes of a container, or of the document, one of which follows the other. */
  const besideOf = (container: Place | null) =>
    container?.inside ?? all.filter(({ around, is }) => !around && is.shape !== 'interrupt')
  function targetOf(place: Place, name: string): Spot {
    const target = place.ports.find((port) => port.name === name)?.target
    if (target === null) return THE_END
    if (target !== undefined) return spotOf(placeOf(target))
    if (place.around?.is.shape === 'parallel') return targetOf(place.around, 'next')
    const beside = besideOf(place.around)
    const next = beside[beside.indexOf(place) + 1]
    return next ? spotOf(next) : place.around ? endOf(place.around) : THE_END
  }
  function failureOf(place: Place, port: string): Spot {
    if (hasPort(place, port)) return targetOf(place, port)
    if (port !== 'error') return failureOf(place, 'error')
    for (let up = place.around; up; up = up.around) {
      if (up.onError === null) return THE_END
      if (up.onError !== undefined) return spotOf(placeOf(up.onError))
    }
    return { in: null, at: '$failed' }
  }
  function leave(place: Place, port: string, result?: Json): Way {
    const between = result === undefined ? undefined : () => keep(place, result)
    return { from: spotOf(place), to: [targetOf(place, port)], between }
  }
  function fail(place: Place, error: EffectError, port = 'error'): Way {
    const between = () => void (run.error = { ...error, nodeId: place.id })
    return { from: spotOf(place), to: [failureOf(place, port)], between }
  }
  function keep({ id, is }: Place, result: Json): void {
    run.results = { ...run.results, [id]: result }
    if (is.shape === 'effect' && is.as !== undefined) run.vars = { ...run.vars, [is.as]: result }
  }
  /** The innermost place that reacts, on each path; what is around a reacting place has no say. */
  function reactions(): Way[] {
    const interrupt = places.get(/^interrupt:(.*)$/.exec(event.type)?.[1] ?? '')
    if (interrupt) return [beginInterrupt(interrupt)]
    const found = new Map<Place, Way>()
    for (const leaf of leaves()) {
      for (let up: Place | null = leaf; up; up = up.around) {
        const isOwn = event.nodeId === up.id && event.visit === run.awaiting[up.id]
        const way: Way | null = (isOwn ? resultWay(up, event) : null) ?? reactionOf(up)
        if (way) found.set(up, way)
        if (way) break
      }
    }
    if (found.size === 0) keepForReturn(event)
    const reacting = [...found.keys()]
    const holdsNone = (place: Place) =>
      !reacting.some((each) => each !== place && isWithin(each, place))
    return [...found].filter(([place]) => holdsNone(place)).map(([, way]) => way)
  }
  function keepForReturn({ type, nodeId = '', visit }: RunEvent): void {
    const isOpen = type.startsWith('effect.') && visit === run.awaiting[nodeId]
    const left = run.away.find(({ at }) => isOpen && at.includes(nodeId))
    if (left) left.told[nodeId] ??= event
  }
  function beginInterrupt(place: Place): Way {
    const now = inOrder().find(({ is }) => is.shape === 'interrupt')?.id ?? ''
    const at = leaves().map(({ id }) => id)
    const left = { place: now, at, timers: { ...run.timers }, told: {} }
    if (now !== place.id) run.away = [...run.away.filter((each) => each.place !== place.id), left]
    const between = () => keep(place, event.payload ?? null)
    return { from: { in: null, at: place }, to: [spotOf(place)], between }
  }
  function reactionOf(place: Place): Way | null {
    const { is, id } = place
    if ('after' in is && is.after && event.type === `timer:${id}`)
      return leave(place, is.after.port)
    if (is.shape === 'ask' && event.type === is.event)
      return stay(place, () => judge(place, is.retries))
    if (is.shape !== 'wait' && is.shape !== 'group') return null
    const own = is.shape === 'wait' && is.event ? [is.event] : []
    const reaction = [...own, ...(is.events ?? [])].find(({ type }) => type === event.type)
    return reaction ? leave(place, reaction.port, event.payload ?? null) : null
  }
  function resultWay(place: Place, { type, output = null, error }: RunEvent): Way | null {
    const doubts = place.is.shape === 'effect' ? place.is.doubts : undefined
    if (type === 'effect.failed' && error) {
      return fail(place, error, doubts?.codes.includes(error.code) ? 'fallback' : 'error')
    }
    if (type !== 'effect.done') return null
    if (place.is.shape === 'ask') return stay(place, () => void delete run.awaiting[place.id])
    const { confidence } = (output ?? {}) as { confidence?: Json }
    const isSure = typeof confidence !== 'number' || confidence >= (doubts?.least ?? 0)
    if (isSure) return leave(place, 'next', output)
    const { between, ...way } = fail(place, { code: 'AI_LOW_CONFIDENCE', message: '' }, 'fallback')
    return { ...way, between: () => (keep(place, output), between?.()) }
  }
  function instantWay(place: Place): Way | null {
    const { is, inside, around } = place
    switch (is.shape) {
      case 'end':
        return is.gives ? null : { from: spotOf(place), to: [THE_END] }
      case 'jump': {
        const where = () => jumpOf(targetOf(place, 'next'), is.history)
        return { from: spotOf(place), to: where(), atLast: where }
      }
      case 'interrupt':
        return isEmpty(place) ? endInterrupt(place) : null
      case 'group':
        if (!isEmpty(place) || around?.is.shape === 'parallel') return null
        return { ...leave(place, 'next'), from: endOf(place) }
      case 'parallel':
        return inside.every(isEmpty) ? leave(place, 'next') : null
      case 'loop':
        if (!isEmpty(place) || told.some((each) => each.place === place)) return null
        return { from: endOf(place), to: [endOf(place)], instead: () => turn(place) }
      default:
        return null
    }
  }
  function jumpOf(target: Spot, history: 'none' | 'shallow' | 'deep'): Spot[] {
    const { at } = target
    const remembers = typeof at !== 'string' && (at.is.shape === 'group' || at.is.shape === 'loop')
    if (history === 'none' || !remembers) return [target]
    const spots = run.history[at.id]?.map((id) => innermost(placeOf(id)))
    if (!spots) return [{ in: at, at: 'its start' }]
    return history === 'deep' ? spots : spots.slice(0, 1).map((spot) => spotInside(at, spot))
  }
  function endInterrupt(place: Place): Way {
    if (place.next !== undefined) return { ...leave(place, 'next'), from: endOf(place) }
    const to = (run.away.at(-1)?.at ?? []).map((id) => innermost(placeOf(id)))
    return { from: endOf(place), to, between: () => void (returning = run.away.pop() ?? null) }
  }
  /** Takes them together. Of two that would leave the same place the first in the document is taken. */
  function takeAll(ways: Way[]): void {
    const taken: { way: Way; domain: Place | null }[] = []
    for (const way of ways.filter(({ to }) => to.length > 0)) {
      const domain = domainOf(way)
      const meets = (other: Place | null) => isWithin(other, domain) || isWithin(domain, other)
      if (!taken.some((other) => meets(other.domain))) taken.push({ way, domain })
    }
    for (const { domain } of taken) leaveInside(domain)
    for (const { way } of taken) way.between?.()
    for (const way of ways) if (way.to.length === 0) way.between?.()
    for (const { way, domain } of taken) {
      if (way.instead) way.instead()
      else open(domain, way.atLast?.() ?? way.to)
    }
    returning = null
  }
  function leaveInside(domain: Place | null): void {
    const innermostOnes = leaves()
    for (const place of inOrder().filter((each) => each !== domain && isWithin(each, domain))) {
      const held = innermostOnes.filter((leaf) => isWithin(leaf, place)).map(({ id }) => id)
      if (place.inside.length > 0) run.history[place.id] = held
      delete run.timers[place.id]
      active.delete(place)
    }
  }
  /** Enters what lies between a container and the spots that are wanted, and what they begin with. */
  function open(container: Place | null, to: Spot[]): void {
    const at = to.find((spot) => spot.in === container)?.at
    if (at === '$end' || at === '$failed') {
      run.status = at === '$end' ? 'done' : 'failed'
      step.entered.push(at)
    }
    if (typeof at === 'string' && at !== 'its start') return
    openInside(container, at, to)
  }
  function openInside(container: Place | null, at: Spot['at'] | undefined, to: Spot[]): void {
    const here = to.filter((spot) => isWithin(spot.in, container))
    const inside = container?.inside ?? all.filter(({ around }) => !around)
    const isOnWay = (place: Place) => place === at || here.some((spot) => isWithin(spot.in, place))
    const next = inside.find(isOnWay)
    if (container?.is.shape === 'parallel') for (const region of inside) enter(region, to)
    else if (next) enter(next, to)
    else if (container?.is.shape === 'loop') begin(container, container.is.max)
    else for (const first of inside.slice(0, 1)) enter(first, to)
  }
  function enter(place: Place, to: Spot[]): void {
    const { is, id, around, inside } = place
    if (!around && is.shape !== 'interrupt' && !returning) run.away = []
    active.add(place)
    stays.set(place, stayOf(place) + 1)
    step.entered.push(id)
    act(place)
    if ('after' in is && is.after) arm(place)
    if (inside.length > 0) open(place, to)
  }
  function act(place: Place): void {
    const { is } = place
    if (is.shape === 'ask') ask(place)
    if (is.shape === 'effect') perform(place)
    if (is.shape === 'end' ? is.gives : ['choice', 'assign'].includes(is.shape)) decide(place)
  }
  /** A question is not put again where only its time-out is left. */
  function ask(place: Place): void {
    const { id, does } = place
    const due = returning?.timers[id]?.dueAt
    if (!returning) run.tries[id] = 0
    if (!due || Date.parse(due) > Date.parse(event.at)) commit(place, does.command)
  }
  /** What was asked for before an interrupt is not asked for again: its result came meanwhile, or is still to come. */
  function perform(place: Place): void {
    if (!returning?.at.includes(place.id)) return commit(place, place.does.command)
    const result = returning.told[place.id]
    if (result) tell(place, () => resultWay(place, result) ?? leave(place, 'next'))
  }
  function commit(place: Place, make: Behaviour['command']): void {
    const visit = (run.visit += 1)
    run.awaiting[place.id] = visit
    const command = attempt(place, () => make?.(scopeNow()))
    if (command) step.effects.push({ nodeId: place.id, visit, command })
  }
  function judge(place: Place, retries: number): void {
    const answer = attempt(null, () => place.does.judge?.(scopeNow(), event.payload ?? {}))
    if (answer) keep(place, answer.result)
    run.vars = { ...run.vars, ...answer?.assigned }
    const tries = (run.tries[place.id] ?? 0) + 1
    const again = () => {
      run.tries[place.id] = tries
      commit(place, place.does.again)
    }
    tell(place, () => {
      if (answer) return leave(place, 'next')
      if (tries <= retries) return stay(place, again)
      if (hasPort(place, 'invalid')) return leave(place, 'invalid')
      return fail(place, { code: 'ANSWER_INVALID', message: '' })
    })
  }
  function decide(place: Place): void {
    const { is, does } = place
    attempt(place, () => {
      const port = does.choose?.(scopeNow()) ?? 'next'
      const assigned = does.assign?.(scopeNow()) ?? {}
      if (is.shape === 'end') run.output = assigned
      else run.vars = { ...run.vars, ...assigned }
      const to = [is.shape === 'end' ? THE_END : targetOf(place, port)]
      tell(place, () => ({ from: spotOf(place), to }))
    })
  }
  /** A loop that is entered anew; what leads back into its middle finds the turn that it was left in. */
  function begin(loop: Place, max: number): void {
    const items = attempt(null, () => loop.does.items?.(scopeNow()))
    run.loops[loop.id] = Array.isArray(items) ? items.slice(0, max) : []
    turn(loop)
  }
  /** The next item of a loop, or the way out when none is left. */
  function turn(loop: Place): void {
    const [item, ...rest] = run.loops[loop.id] ?? []
    const isOver = item === undefined
    if (isOver) delete run.loops[loop.id]
    else run.loops[loop.id] = rest
    if (!isOver && loop.is.shape === 'loop') run.vars = { ...run.vars, [loop.is.as]: item }
    const to = isOver ? [targetOf(loop, 'next')] : loop.inside.slice(0, 1).map(spotOf)
    tell(loop, () => ({ from: endOf(loop), to }))
  }
  /** A time-out that an interrupt has left keeps its instant; one that has passed meanwhile is due now. */
  function arm(place: Place): void {
    const { at, zone } = event
    const kept = returning?.timers[place.id]
    const delay = () => place.does.delay?.(at, zone, scopeNow()) ?? 0
    const due = kept ? Date.parse(kept.dueAt) : Date.parse(at) + (attempt(place, delay) ?? 0)
    run.generation += 1
    const dueAt = new Date(Math.max(due, Date.parse(at))).toISOString()
    run.timers[place.id] = { dueAt, generation: run.generation }
  }
  /** What an expression gives; one that cannot be worked out is a failure of its node. */
  function attempt<T>(place: Place | null, work: () => T): T | undefined {
    try {
      return work()
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      if (place) tell(place, () => fail(place, { code: 'EXPRESSION_FAILED', message }))
      return undefined
    }
  }
  function scopeNow(): Scope {
    const { contact, at: now, zone } = event
    return createScope({ ...run, contact, now, zone })
  }
  const first = besideOf(null).slice(0, 1).map(spotOf)
  walkOn(active.size > 0 ? reactions() : first.map((spot) => ({ from: spot, to: [spot] })))
  run.active = inOrder().map(({ id }) => id)
  return step
}
