// What an expression can name when a contact is at a state, for the builder's completion: what is surely there, and
// what some path to it leaves out. It asks the graph of the checks (`checks/flow.ts`) the same question as
// VARIABLE_MAYBE_EMPTY does.

import { isJsonObject, type Json, type JsonObject } from '../contracts/json.ts'
import { isPath, pathStep } from '../expression/path.ts'
import { RETURN } from '../nodes/interrupt.ts'
import { firstOfEachId } from './check.ts'
import { outwards } from './checks/checked.ts'
import { type Edge, type Flow, flowOf } from './checks/flow.ts'
import { missingIn } from './checks/missing.ts'
import { search } from './checks/search.ts'
import { parseDocument, type ParsedTrigger, type ParseMemory } from './parse.ts'
import { resolveExits, type ResolvedNode } from './resolve.ts'
import {
  eventFields,
  type Fields,
  fieldsOfTypes,
  resultFields,
  typeOfAnswer,
} from './result-fields.ts'
import { pathsSeen } from './seen-paths.ts'
import type { Surroundings } from './surroundings.ts'

/** A value that an expression can name at a state. */
export interface Completion {
  /** As a template writes it: `contact.name`, `vars.pedido.total`, `n2.intent`. */
  path: string
  kind: 'contact' | 'vars' | 'event' | 'result' | 'item' | 'workflow'
  /** JSON type, e.g. `string`; null where nothing is known of it. */
  type: string | null
  /** It may be missing when a contact is here. */
  maybeEmpty: boolean
  /** Node that makes it; null for what is always there. */
  from: string | null
}

/** Steps in all, for each name all of the graph. What is left over may be missing. */
const BUDGET = 2_000_000
/** Levels of an object that stands in the document. */
const MAX_DEPTH = 3
const MAX_RESULTS = 1000
const MAX_COMPLETIONS = 3000

const CONTACT: readonly Completion[] = [
  ...fieldsUnder('contact', 'contact', {
    name: 'string?',
    phone: 'string?',
    email: 'string?',
    tags: 'array',
    fields: 'object',
    consents: 'object?',
  }),
]
const MOMENT: readonly Completion[] = [
  { path: 'now', kind: 'workflow', type: 'string', maybeEmpty: false, from: null },
  { path: 'zone', kind: 'workflow', type: 'string', maybeEmpty: false, from: null },
  { path: 'source', kind: 'workflow', type: 'string', maybeEmpty: true, from: null },
  ...fieldsUnder('clock', 'workflow', { time: 'string', date: 'string', weekday: 'string' }),
]

/** What `contact.upsert` writes elsewhere than to the tenant's own fields. */
const FACTS: ReadonlySet<string> = new Set([
  'name',
  'phone',
  'phone_e164',
  'email',
  'tags',
  'consents',
])

/**
 * What can be named in the expressions of a node. Never throws.
 * @param document any JSON value, also a draft with mistakes
 * @param nodeId of a node, or `$trigger` for the trigger's own conditions
 * @param surroundings what the tenant has: what other workflows give back is read there
 * @param memory of a document that is asked about again and again, as `createDraftCheck` has it
 * @returns contact first, then variables, the event that started the run, results, and the moment
 */
export function knownAt(
  document: unknown,
  nodeId: string,
  surroundings?: Surroundings,
  memory?: ParseMemory,
): Completion[] {
  try {
    const { parsed } = parseDocument(document, memory)
    if (!parsed) return [...CONTACT, ...MOMENT]
    const flow = flowOf(firstOfEachId(resolveExits(parsed)))
    const given = flow.byId.has(nodeId) ? givenBefore(flow, nodeId, surroundings) : []
    const facts = [...CONTACT, ...ownFields(flow)]
    const results = given.filter(({ kind }) => kind === 'result').slice(0, MAX_RESULTS)
    const named = given.filter(({ kind }) => kind !== 'result')
    const known = [...facts, ...named, ...payloadOf(parsed.trigger), ...results, ...MOMENT]
    return withSeen(known, flow, nodeId).slice(0, MAX_COMPLETIONS)
  } catch {
    return [...CONTACT, ...MOMENT]
  }
}

/** Fields of the tenant's own that the document writes to the contact; another run may have done so before. */
function ownFields({ nodes }: Flow): Completion[] {
  const written = nodes.flatMap(({ type, node }): string[] => {
    if (type === 'crm.create_deal') return ['deals']
    const { map } = node as unknown as JsonObject
    return type === 'contact.upsert' && isJsonObject(map) ? Object.keys(map) : []
  })
  const own = [...new Set(written)].filter((name) => !FACTS.has(name))
  return own.map((name) => {
    const path = `contact.fields${pathStep(name)}`
    return { path, kind: 'contact', type: null, maybeEmpty: true, from: null }
  })
}

/** Names that a step on some way to the node gives a value, each once, and whether a way around all of them exists. */
function givenBefore(
  flow: Flow,
  nodeId: string,
  surroundings: Surroundings | undefined,
): Completion[] {
  const before = pointsBefore(flow, nodeId)
  const steps = flow.edges.filter(({ to, cause }) => before.has(to) && cause.kind !== 'choice')
  const givers = Map.groupBy(
    steps.flatMap((edge) => edge.sets.map((name) => ({ name, edge }))),
    ({ name }) => name,
  )
  const isReached = search(flow, { until: nodeId }).has(nodeId)
  const named = [...givers].filter(([name]) => name !== nodeId)
  const mayMiss = missingAt(
    flow,
    nodeId,
    named.map(([name]) => name),
  )
  return named.flatMap(([name, list]) => {
    const edges = list.map(({ edge }) => edge)
    const maybeEmpty = !isReached || mayMiss(name)
    return describe({ flow, nodeId, surroundings }, { name, edges, maybeEmpty })
  })
}

/** Whether a name may be missing at the node; names that the very same steps give are as sure as each other. */
function missingAt(
  flow: Flow,
  nodeId: string,
  names: readonly string[],
): (name: string) => boolean {
  const affordable = Math.ceil(BUDGET / flow.edges.length)
  const stepsOf = new Map<string, number[]>()
  for (const [index, { sets }] of flow.edges.entries()) {
    for (const name of sets) {
      const steps = stepsOf.get(name)
      if (steps) steps.push(index)
      else stepsOf.set(name, [index])
    }
  }
  const keyOf = (name: string): string => stepsOf.get(name)?.join(' ') ?? ''
  const asked = new Map<string, string>()
  for (const name of names) {
    const key = keyOf(name)
    if (asked.size < affordable && !asked.has(key)) asked.set(key, name)
  }
  const isMissing = missingIn(flow, [...asked.values()])
  return (name) => {
    const one = asked.get(keyOf(name))
    return one === undefined || isMissing(one, nodeId)
  }
}

/** Points from which the node can be reached. Who rests may be interrupted, and comes back with more than before. */
function pointsBefore({ edges, joins }: Flow, nodeId: string): Set<string> {
  const into = Map.groupBy(edges, ({ to }) => to)
  const resting = new Set(
    edges.flatMap(({ from, cause }) => (cause.kind === 'resting' ? [from] : [])),
  )
  const points = new Set([nodeId])
  for (const point of points) {
    for (const { from } of into.get(point) ?? []) points.add(from)
    for (const end of joins.get(point) ?? []) points.add(end)
    if (point !== nodeId && resting.has(point)) points.add(RETURN)
  }
  return points
}

interface Place {
  flow: Flow
  nodeId: string
  surroundings: Surroundings | undefined
}

interface Given {
  name: string
  edges: readonly Edge[]
  maybeEmpty: boolean
}

function describe(place: Place, { name, edges, maybeEmpty }: Given): Completion[] {
  const { byId } = place.flow
  const makers = [...new Set(edges.map(({ node }) => node))].flatMap((id) => byId.get(id) ?? [])
  const [maker] = makers
  if (!maker) return []
  const from = maker.id
  if (!name.startsWith('vars.')) {
    const base: Completion = { path: name, kind: 'result', type: null, maybeEmpty, from }
    const fields = fieldsOfResult(place, maker, edges)
    return [base, ...fieldsUnder(name, 'result', fields, base)]
  }
  const variable = name.slice('vars.'.length)
  const isItem =
    makers.every(({ id }) => place.flow.shapes.get(id)?.shape === 'loop') &&
    [...outwards(byId, byId.get(place.nodeId))].some(({ id }) => id === from)
  const path = `vars${pathStep(variable)}`
  const value = makers.length === 1 ? valueOf(maker, variable) : undefined
  const type = value === undefined ? typeOfVariable(maker) : typeOf(value)
  const base: Completion = { path, kind: isItem ? 'item' : 'vars', type, maybeEmpty, from }
  const called = maker.type === 'subflow' ? resultFields(maker, place.surroundings) : {}
  return [base, ...inside(base, value, 1), ...fieldsUnder(path, 'vars', called, base)]
}

function fieldsOfResult({ surroundings }: Place, maker: ResolvedNode, edges: readonly Edge[]) {
  const types = edges.flatMap(({ cause }) => {
    if (cause.kind === 'word') return ['message.received']
    return cause.kind === 'event' ? [cause.type] : []
  })
  return types.length > 0 ? eventFields([...new Set(types)]) : resultFields(maker, surroundings)
}

/** What `set.variable` writes, as it stands in the document. */
function valueOf({ type, node }: ResolvedNode, variable: string): Json | undefined {
  const { set } = node as unknown as JsonObject
  return type === 'set.variable' && isJsonObject(set) ? set[variable] : undefined
}

function typeOfVariable({ type, node }: ResolvedNode): string | null {
  if (type === 'ask') return typeOfAnswer(node as unknown as JsonObject)
  return type === 'subflow' ? 'object' : null
}

/** A path can name anything; a template makes a text. */
function typeOf(value: Json): string | null {
  if (typeof value === 'string') return isPath(value) ? null : 'string'
  if (value === null) return null
  return Array.isArray(value) ? 'array' : typeof value
}

/** Members of an object that stands in the document. */
function inside(base: Completion, value: Json | undefined, depth: number): Completion[] {
  if (!isJsonObject(value) || depth > MAX_DEPTH) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const found = { ...base, path: base.path + pathStep(key), type: typeOf(member) }
    return [found, ...inside(found, member, depth + 1)]
  })
}

function fieldsUnder(
  root: string,
  kind: Completion['kind'],
  fields: Fields,
  { maybeEmpty, from }: Pick<Completion, 'maybeEmpty' | 'from'> = { maybeEmpty: false, from: null },
): Completion[] {
  return Object.entries(fields).map(([name, written]) => {
    const isOpen = written.endsWith('?')
    const type = (isOpen ? written.slice(0, -1) : written) || null
    return { path: root + pathStep(name), kind, type, maybeEmpty: maybeEmpty || isOpen, from }
  })
}

/** The event that starts the run; of a tenant's own events nothing is known. */
function payloadOf(trigger: ParsedTrigger | null): Completion[] {
  if (!trigger) return []
  const { kind } = trigger
  const type = kind.eventTypeOf?.(trigger.trigger) ?? kind.eventType
  const { input } = trigger.trigger as unknown as { input?: Record<string, string> }
  const fields = { ...eventFields([type]), ...fieldsOfTypes(input ?? {}) }
  return fieldsUnder('payload', 'event', fields)
}

/** What other expressions of the document read below a known name: its author counts on it. */
function withSeen(known: readonly Completion[], flow: Flow, nodeId: string): Completion[] {
  const paths = new Set(known.map(({ path }) => path))
  const roots = new Map(known.map((completion) => [completion.path, completion]))
  const seen = pathsSeen(flow.nodes).flatMap((path): Completion[] => {
    if (paths.has(path)) return []
    const root = rootOf(path, roots)
    return root === null || root.from === nodeId
      ? []
      : [{ ...root, path, type: null, maybeEmpty: true }]
  })
  return [...known, ...seen]
}

function rootOf(path: string, roots: ReadonlyMap<string, Completion>): Completion | null {
  const [first = '', second = ''] = path.split('.')
  if (first === 'payload') {
    return { path, kind: 'event', type: null, maybeEmpty: true, from: null }
  }
  return roots.get(first === 'vars' || first === 'contact' ? `${first}.${second}` : first) ?? null
}
