// A way through the graph as people follow it: the states passed, and a script by which the simulator goes there too.

import type { DiagnosticTrace } from '../../contracts/api.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { END, FAILED } from '../resolve.ts'
import type { Edge, Flow } from './flow.ts'
import { search, type Ways, wayTo } from './search.ts'
import { answerTo } from './sample-answer.ts'
import { spanOf } from './span.ts'

const FAILURE = { code: 'SIMULATED_FAILURE', message: 'Failed in the simulation' }

/** Several findings are often about one place, and its way is long. */
const traces = new WeakMap<Ways, Map<string, DiagnosticTrace | null>>()

/** The shortest way to a point, or null. Ways on which an expression breaks are no examples. */
export function traceTo(flow: Flow, point: string, ways = plainWays(flow)): DiagnosticTrace | null {
  const known = traces.get(ways) ?? new Map<string, DiagnosticTrace | null>()
  traces.set(ways, known)
  const before = known.get(point)
  if (before !== undefined) return before
  const way = wayTo(flow, ways, point)
  const trace = way && traceOf(flow, way)
  known.set(point, trace)
  return trace
}

const known = new WeakMap<Flow, Ways>()

/** Shortest ways from the trigger on which no expression breaks. */
export function plainWays(flow: Flow): Ways {
  const before = known.get(flow)
  if (before) return before
  const ways = search(flow, { isClosed: ({ cause }) => cause.kind === 'undecided' })
  known.set(flow, ways)
  return ways
}

/** States and script of a way; the script is null where data decide. */
export function traceOf(flow: Flow, way: readonly Edge[]): DiagnosticTrace {
  const states = way.map(({ to }) => to).filter((to) => isState(flow, to))
  return { states, script: scriptOf(flow, way) }
}

function isState(flow: Flow, point: string): boolean {
  return flow.byId.has(point) || point === END || point === FAILED
}

function scriptOf(flow: Flow, way: readonly Edge[]): JsonObject[] | null {
  const outputs = outputsFor(flow, way)
  if (!outputs) return null
  const script: JsonObject[] = []
  for (const edge of way) {
    const entry = entryOf(flow, edge, outputs)
    if (entry === undefined) return null
    if (entry) script.push(entry)
  }
  return script
}

/** What happens outside so that the step is taken: nothing (null), an entry, or what no entry can (undefined). */
function entryOf(
  flow: Flow,
  edge: Edge,
  outputs: Map<string, Json>,
): JsonObject | null | undefined {
  const { cause, node } = edge
  switch (cause.kind) {
    case 'at once':
    case 'resting':
    case 'choice':
      return null
    case 'done':
      return resultEntry(edge, outputs)
    case 'failed':
      return { result: { node, error: FAILURE } }
    case 'time': {
      const span = spanOf(flow.byId.get(node))
      return span === null ? undefined : { skip: span }
    }
    case 'event':
      return eventEntry(cause.type)
    case 'word':
      return { message: cause.word }
    case 'answered':
      return entryWith(answerTo(flow.byId.get(node)))
    case 'misanswered':
    case 'undecided':
      return undefined
  }
}

/** What a choice further on asks for, or what the way itself does; any result does where neither says. */
function resultEntry({ cause, node }: Edge, outputs: Map<string, Json>): JsonObject | null {
  const output = outputs.get(node) ?? ('output' in cause ? cause.output : undefined)
  return output === undefined ? null : { result: { node, output } }
}

function entryWith(message: string | null): JsonObject | undefined {
  return message === null ? undefined : { message }
}

function eventEntry(type: string): JsonObject {
  const channel = /^message\.received\.(.+)$/.exec(type)?.[1] ?? 'whatsapp'
  if (type.startsWith('message.received')) {
    return { message: channel === 'whatsapp' ? 'Olá' : { text: 'Olá', channel } }
  }
  return { event: { type, payload: {} } }
}

/**
 * The results that make the choices on a way go where the way goes: a case of a `switch` or an `intent` on what an
 * earlier node gave. Null where a choice looks at something else.
 */
function outputsFor({ byId }: Flow, way: readonly Edge[]): Map<string, Json> | null {
  const outputs = new Map<string, Json>()
  for (const { cause, node } of way) {
    if (cause.kind !== 'choice') continue
    const { type, node: body } = byId.get(node) ?? {}
    const wanted = /^case:(.+)$/su.exec(cause.port)?.[1]
    const on = (body as { on?: unknown } | undefined)?.on
    const path = typeof on === 'string' ? /^\$\.([^.[\]]+)((?:\.[\p{L}_]\w*)*)$/u.exec(on) : null
    const source = path?.[1] ?? ''
    if (wanted === undefined || !path || outputs.has(source)) return null
    if (!way.some((edge) => edge.node === source && edge.cause.kind === 'done')) return null
    outputs.set(source, outputWith(type, path[2] ?? '', wanted))
  }
  return outputs
}

function outputWith(type: string | undefined, path: string, wanted: string): Json {
  const value: Json = type === 'intent' ? { intent: wanted, confidence: 1 } : wanted
  return path
    .split('.')
    .filter((key) => key !== '')
    .reduceRight<Json>((inner, key) => ({ [key]: inner }), value)
}
