// Generated paths: shortest scripts that reach every state and every transition, searched breadth first.

import type { Diagnostic } from '../contracts/api.ts'
import type { Simulation } from '../contracts/simulation.ts'
import { chartOf } from '../compile/chart.ts'
import { compile, type CompiledWorkflow } from '../compile/compile.ts'
import { canonicalJson } from '../compile/hash.ts'
import { isJsonObject, type JsonObject } from '../contracts/json.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { coverageOf, type CoverageMap } from './coverage.ts'
import { type Hints, hintsOf, variantsOf } from './hints.ts'
import { type Move, movesOf } from './moves.ts'
import { createWorld, openingOf } from './play.ts'
import { parseScript, type ParsedScript, type ScriptEntry } from './script.ts'
import { simulateParsed } from './simulate.ts'
import { begin, type World } from './world.ts'

export interface GeneratedPath {
  /** States and transitions (`state:port`) that no shorter script reaches. */
  covers: string[]
  /** Options of the simulation, when the sample event does not lead there. */
  start?: { payload: JsonObject }
  contact?: JsonObject
  at?: string
  script: ScriptEntry[]
  final: Pick<Simulation['final'], 'status' | 'states'>
}

export interface Paths {
  diagnostics: Diagnostic[]
  paths: GeneratedPath[]
  unreached: { id: string; message: Localized }[]
  states: { reached: number; total: number }
  transitions: { reached: number; total: number }
}

/** Moves that the search may try, and steps to try its scripts; each costs more the more nodes there are. */
const MAX_MOVES = 4000
const MAX_TRIALS = 10_000
const EFFORT = 4_000_000
const MAX_ENTRIES = 200

interface Place {
  world: World
  opening: Opening
  script: { entry: ScriptEntry; automatic: boolean }[]
  /** States entered since the start, in order. */
  way: string[]
}

type Opening = Pick<GeneratedPath, 'start' | 'contact' | 'at'>

/**
 * Finds scripts for `simulate` that reach every state and transition of the chart.
 * @param options.maxMoves bound of the search; what it leaves out is told in `unreached`
 */
export function paths(document: unknown, options: { maxMoves?: number } = {}): Paths {
  const { diagnostics, workflow } = compile(document)
  const map = coverageOf(chartOf(document))
  if (!workflow) return reportOf(diagnostics, map, { paths: [], isComplete: true })
  const effort = Math.ceil(EFFORT / workflow.document.nodes.length)
  const search = createSearch(workflow, map)
  const isComplete = search.run(options.maxMoves ?? Math.min(MAX_MOVES, effort))
  const found = pathsOf(search.found, Math.min(MAX_TRIALS, effort))
  return reportOf(diagnostics, map, { paths: found, isComplete })
}

/** How two worlds are told apart: by their states alone, which is quick, or by all that the document compares. */
type Grain = 'states' | 'data'

function createSearch(workflow: CompiledWorkflow, map: CoverageMap) {
  const hints = hintsOf(workflow.document)
  let queue: Place[] = []
  let seen = new Set<string>()
  let grain: Grain = 'states'
  let isCut = false
  let tried = 0
  const found = new Map<Place, string[]>()
  const left = new Set([...map.states, ...map.transitions])

  function visit(place: Place, covered: string[]): void {
    const fresh = covered.filter((id) => left.delete(id))
    if (fresh.length > 0) found.set(place, fresh)
    const key = `${place.opening.at ?? ''} ${keyOf(place.world, hints, grain)}`
    if (seen.has(key) || !place.world.run) return
    seen.add(key)
    if (place.script.length < MAX_ENTRIES) queue.push(place)
    else isCut = true
  }

  function step(place: Place, { cause, entry, automatic, world }: Move): void {
    const script = [...place.script, { entry, automatic }]
    const before = statesOf(place.world)
    const path = world.last?.path ?? []
    const next = { world, opening: place.opening, script, way: [...place.way, ...path] }
    visit(next, map.coveredBy({ cause, before, after: statesOf(world), path }))
  }

  function runAt(next: Grain, maxMoves: number): void {
    ;[queue, seen, grain] = [[], new Set(), next]
    for (const place of openings(workflow, hints)) {
      const { world, way: path } = place
      visit(place, map.coveredBy({ cause: 'start', before: [], after: statesOf(world), path }))
    }
    for (const place of queue) {
      if (left.size === 0) return
      if (tried >= maxMoves) return void (isCut = true)
      const moves = movesOf(place.world, hints)
      for (const move of moves) step(place, move)
      tried += moves.length
    }
  }

  /** @returns false when something was left out */
  function run(maxMoves: number): boolean {
    runAt('states', maxMoves)
    if (left.size > 0) runAt('data', maxMoves)
    return !isCut
  }

  return { found, run }
}

function finalOf({ run, last }: World): GeneratedPath['final'] {
  return { status: last?.status ?? 'idle', states: run ? run.states : last ? [last.to] : [] }
}

function statesOf({ run }: World): string[] {
  return run?.states ?? []
}

/** Three in the morning of a Sunday in São Paulo: nobody works. */
const CLOSED = '2026-03-15T06:00:00.000Z'

/**
 * The sample event first, then what the document's own conditions on payload and contact suggest, then the sample
 * event at a time when business is closed.
 */
function openings(workflow: CompiledWorkflow, hints: Hints): Place[] {
  const plain = scriptOf([], {})
  if (!plain) return []
  const sample = openingOf(workflow, plain)
  const payloads = variantsOf(sample.payload, hints.get('payload')).map((payload, index): Opening =>
    index > 0 && isJsonObject(payload) ? { start: { payload } } : {},
  )
  const contacts = variantsOf({}, hints.get('contact'))
    .slice(1)
    .map((contact): Opening => (isJsonObject(contact) ? { contact: contactFrom(contact) } : {}))
  const hasHours = workflow.document.nodes.some(({ type }) => type === 'business.hours')
  const closed: Opening[] = hasHours ? [{ at: CLOSED }] : []
  return [...payloads, ...contacts, ...closed].flatMap((opening) => {
    const script = scriptOf([], opening)
    if (!script) return []
    const envelope = openingOf(workflow, script)
    const world = createWorld(workflow, script, envelope.payload)
    begin(world, envelope, null)
    return [{ world, opening, script: [], way: world.last?.path ?? [] }]
  })
}

/** Facts stay facts; whatever else is compared is one of the tenant's own fields. */
function contactFrom(values: JsonObject): JsonObject {
  const { name, phone, email, tags, fields, ...own } = values
  const text = Object.entries({ name, phone, email }).filter(
    ([, value]) => typeof value === 'string',
  )
  const words = [tags].flat().filter((tag) => typeof tag === 'string')
  return {
    ...Object.fromEntries(text),
    ...(words.length > 0 && { tags: words }),
    fields: { ...(isJsonObject(fields ?? null) ? (fields as JsonObject) : {}), ...own },
  }
}

/** Two worlds with the same key have the same future, as far as the grain sees. */
function keyOf({ run, contact }: World, hints: Hints, grain: Grain): string {
  if (!run) return ''
  const { value, context } = run.snapshot
  const waiting = Object.values(run.effects).map(({ nodeId }) => nodeId)
  // What the start brought along is the same in every later state.
  const { payload, vars, results, tries = {}, suspended } = context
  const asked = Object.entries(tries).filter(([nodeId]) => run.states.includes(nodeId))
  const collected = run.burst?.payloads[0]?.['text'] ?? null
  const control = [
    value,
    waiting,
    Object.keys(run.timers),
    asked,
    suspended?.map(({ nodes }) => nodes) ?? null,
    collected,
  ]
  if (grain === 'states') return canonicalJson([control, payload, contact])
  const compared = [...hints.keys()].map((source) => results[source] ?? null)
  return canonicalJson([control, payload, contact, vars, compared])
}

function reportOf(
  diagnostics: Diagnostic[],
  map: CoverageMap,
  { paths: found, isComplete }: { paths: GeneratedPath[]; isComplete: boolean },
): Paths {
  const reached = new Set(found.flatMap(({ covers }) => covers))
  const count = (ids: string[]): Paths['states'] => ({
    reached: ids.filter((id) => reached.has(id)).length,
    total: ids.length,
  })
  return {
    diagnostics,
    paths: found,
    unreached: [...map.states, ...map.transitions]
      .filter((id) => !reached.has(id))
      .map((id) => ({ id, message: isComplete ? NO_WAY : TOO_LONG })),
    states: count(map.states),
    transitions: count(map.transitions),
  }
}

/** Places with the same script are one path. */
function pathsOf(found: ReadonlyMap<Place, string[]>, trials: number): GeneratedPath[] {
  const trial: Trial = { known: new Map(), left: trials }
  for (const [place, covers] of found) {
    const short = place.script.filter(({ automatic }) => !automatic)
    const brief = trial.left > 0 ? tryOnce(trial, place, short) : null
    // Results that come by themselves are left out, where the run still gets to this place.
    const reaches = brief !== null && place.way.every((state, at) => brief.way[at] === state)
    const { path } = reaches ? brief : tryOnce(trial, place, place.script)
    path.covers.push(...covers)
  }
  return [...trial.known.values()].map(({ path }) => path).filter(({ covers }) => covers.length > 0)
}

interface Trial {
  known: Map<string, { path: GeneratedPath; way: string[] }>
  /** Steps that may still be played. */
  left: number
}

function tryOnce(trial: Trial, { opening, world, way }: Place, moves: Place['script']) {
  const script = moves.map(({ entry }) => entry)
  const key = canonicalJson([script, opening])
  const before = trial.known.get(key)
  if (before) return before
  const parsed = trial.left > 0 ? scriptOf(script, opening) : null
  const result = parsed && simulateParsed(world.version.compiled, parsed)
  trial.left -= result?.steps.length ?? 0
  const { status, states } = result?.final ?? finalOf(world)
  const path: GeneratedPath = { covers: [], ...opening, script, final: { status, states } }
  const tried = { path, way: result?.steps.flatMap((step) => step.path) ?? way }
  trial.known.set(key, tried)
  return tried
}

function scriptOf(entries: ScriptEntry[], opening: Opening): ParsedScript | null {
  return parseScript(entries, opening).parsed
}

const NO_WAY: Localized = {
  'pt-BR': 'Nenhum acontecimento, resultado ou prazo que se conhece leva até aqui.',
  en: 'No known event, result or time-out leads here.',
}
const TOO_LONG: Localized = {
  'pt-BR': 'A busca parou no limite antes de chegar aqui.',
  en: 'The search stopped at its limit before it got here.',
}
