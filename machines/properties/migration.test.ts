// Moving a run to a copy of its workflow in which every node has another name changes nothing but the names: not what
// follows, not when, and not what was asked for already. And back again, neither. FLUXO_RUNS sets the number of cases (a
// tenth of it here), FLUXO_SEED replays one run.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../compile/compile.ts'
import { parseDocument } from '../compile/parse.ts'
import { resolveExits } from '../compile/resolve.ts'
import type { RunEvent } from '../compile/run-context.ts'
import type { RunOutcome, RunState, RunVersion } from '../run/run-state.ts'
import { migrateRun, restoreRun, runMark } from '../run/migrate.ts'
import { proposeStateMap } from '../diff/state-map.ts'
import { propertyOptions } from '../testing/property-options.ts'
import { wholeDocument } from '../testing/random-document.ts'
import { payload, perform, play, type Played, trace } from '../testing/random-trace.ts'

const { cases, test: limits } = propertyOptions(process.env, 400, 0.1)

/** Old id to new id. */
type Names = ReadonlyMap<string, string>

/** Ids that the documents' own texts read: `{{name}}` is the result of a node of that name, where there is one. */
const READ = new Set(['name', 'item', 'x'])

function isRead(id: string, texts: string): boolean {
  return READ.has(id) || texts.includes(`$['${id}']`) || texts.includes(`$.${id}`)
}

function namesOf({ nodes }: { nodes: object[] }): Names {
  const texts = JSON.stringify(nodes)
  return new Map(
    (nodes as { id: string; type: string }[]).map(({ id, type }, index) => {
      // An experiment chooses by its id.
      const stays = type === 'experiment' || isRead(id, texts)
      return [id, stays ? id : `m${index}`]
    }),
  )
}

/** The document under the new names; ids stand at `id`, `parent`, `onError` and where a way out says so. */
function renamed<Document extends { nodes: object[] }>(document: Document, names: Names): Document {
  const copy = copyOf(document)
  const { parsed } = parseDocument(document)
  for (const node of parsed ? resolveExits(parsed) : []) {
    const body = copy.nodes[node.index] as Record<string, unknown>
    for (const { port } of node.exits) {
      if (typeof port.target === 'string') write(body, port.path, names.get(port.target))
    }
    for (const key of ['id', 'parent', 'onError']) {
      const old = (document.nodes[node.index] as Record<string, unknown>)[key]
      if (typeof old === 'string') body[key] = names.get(old)
    }
  }
  return copy
}

function write(body: Record<string, unknown>, path: string, value: unknown): void {
  const keys = [...path.matchAll(/\.([\p{L}_][\p{L}\p{N}_]*)|\[(\d+)\]|\['([^']*)'\]/gu)].map(
    ([, bare, index, quoted]) => bare ?? index ?? quoted ?? '',
  )
  const last = keys.pop() ?? ''
  let holder: Record<string, unknown> = body
  for (const key of keys) holder = holder[key] as Record<string, unknown>
  holder[last] = value
}

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

function versionOf(versionId: string, document: unknown): RunVersion | null {
  const { workflow } = compile(document)
  return workflow && { workflowId: 'wf_test', versionId, compiled: workflow }
}

function eventIn(event: RunEvent, names: Names): RunEvent {
  const named = (id: string): string => names.get(id) ?? id
  const type = event.type
    .replace(/^xstate\.after\..*\.([^.]+)$/, (timer, id: string) =>
      names.has(id) ? `xstate.after.${named(id)}.${named(id)}` : timer,
    )
    .replace(/^(interrupt|quiet):(.*)$/, (_, kind: string, id: string) => `${kind}:${named(id)}`)
  return { ...event, type, ...(event.nodeId !== undefined && { nodeId: named(event.nodeId) }) }
}

/** What the world sees of an outcome, under the new names. */
function seen({ change, effects, run }: RunOutcome, names: Names): unknown {
  const named = (id: string): string => names.get(id) ?? id
  return {
    status: change.status,
    path: change.path.map(named),
    states: change.toStates.map(named),
    error: change.error && { ...change.error, nodeId: named(change.error.nodeId) },
    effects: effects.map(({ nodeId, ...effect }) => ({ ...effect, nodeId: named(nodeId) })),
    pending: Object.entries(run?.effects ?? {}).map(([id, { nodeId }]) => [id, named(nodeId)]),
    due: Object.values(run?.timers ?? {})
      .map(({ nodeId, dueAt }) => `${named(nodeId)} ${dueAt}`)
      .toSorted(),
    vars: run?.snapshot.context.vars ?? change.context?.vars,
    output: change.context?.output,
  }
}

const NOBODY: Names = new Map()

/** Goes on from a run with the rest of the history. */
function goOn(
  version: RunVersion,
  run: RunState,
  rest: readonly Played[],
  names: Names,
): unknown[] {
  let now: RunState | null = copyOf(run)
  const outcomes: unknown[] = []
  for (const { event } of rest) {
    if (!now || !event) break
    const outcome: RunOutcome = perform(version, now, eventIn(event, names))
    outcomes.push(seen(outcome, NOBODY))
    now = outcome.run && copyOf(outcome.run)
  }
  return outcomes
}

test(
  'a run goes on in a renamed copy as it would have, and comes back as it was',
  () => {
    let moved = 0
    fc.assert(
      fc.property(wholeDocument, payload, trace, fc.nat(30), (document, start, happenings, cut) => {
        const names = namesOf(document)
        const from = versionOf('ver_1', document)
        const to = versionOf('ver_2', renamed(document, names))
        fc.pre(from !== null)
        expect(to).not.toBeNull()
        if (!from || !to) return
        const history = [...play(from, { payload: start, happenings })]
        const at = cut % history.length
        const run = history[at]?.outcome.run
        const moment = history[at]?.moment
        if (!run || !moment || run.burst) return
        const rest = history.slice(at + 1)
        const outcome = migrateRun(
          copyOf(run),
          { from, to },
          { map: Object.fromEntries(names), moment },
        )
        if ('refused' in outcome) throw new Error(`${outcome.refused} ${outcome.reason.en}`)
        moved += 1
        const after = outcome.run as RunState
        expect(outcome.effects).toEqual([])
        const expected = rest.map((played) => seen(played.outcome, names))
        expect(goOn(to, after, rest, names)).toEqual(expected)
        const back = restoreRun(copyOf(after), { before: run, expected: runMark(after) })
        if ('refused' in back) throw new Error(back.refused)
        const unchanged = rest.map((played) => seen(played.outcome, NOBODY))
        expect(goOn(from, back.run as RunState, rest, NOBODY)).toEqual(unchanged)
      }),
      cases,
    )
    expect(moved).toBeGreaterThan(cases.numRuns / 4)
  },
  limits.timeout,
)

test(
  'to the same document a run moves by the proposed map, and nothing about it changes',
  () => {
    fc.assert(
      fc.property(wholeDocument, payload, trace, (document, start, happenings) => {
        const [from, to] = [versionOf('ver_1', document), versionOf('ver_2', document)]
        fc.pre(from !== null)
        if (!from || !to) return
        const proposal = proposeStateMap(document, document)
        expect(proposal.every((entry) => entry.from === entry.to)).toBe(true)
        const last = [...play(from, { payload: start, happenings })].at(-1)
        const run = last?.outcome.run
        if (!run || !last) return
        const outcome = migrateRun(copyOf(run), { from, to }, { map: {}, moment: last.moment })
        if ('refused' in outcome) throw new Error(`${outcome.refused} ${outcome.reason.en}`)
        const { history = {}, ...snapshot } = copyOf(run).snapshot
        // What the root remembers counts only while an interrupt has its turn.
        const kept = Object.entries(history).filter(
          ([key]) => key !== 'deep:$main' || run.snapshot.context.suspended,
        )
        expect(copyOf(outcome.run)).toEqual({
          ...copyOf(run),
          versionId: 'ver_2',
          snapshot: { ...snapshot, ...(kept.length > 0 && { history: Object.fromEntries(kept) }) },
        })
        expect([outcome.timersSet, outcome.timersCleared, outcome.effects]).toEqual([[], [], []])
      }),
      cases,
    )
  },
  limits.timeout,
)
