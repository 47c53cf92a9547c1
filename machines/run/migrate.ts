// A run goes on in another version: in the mapped states, with its memory, timers and effects under way. Nothing that
// was done is done again. Also the way back, while nothing has happened since. Keeps I4 and I7.

import { contentHash } from '../compile/hash.ts'
import { MAIN } from '../compile/lowered.ts'
import type { Moment, RunContext, Suspension } from '../compile/run-context.ts'
import type { StateMap } from '../contracts/versions.ts'
import { type MigrationRefusal, refuse } from './migration-refusal.ts'
import { mappedId, nodeIn, type Passage, type Placement, placeRun } from './placement.ts'
import { activeStates } from './run.ts'
import type { ArmedTimer, RunOutcome, RunState, RunVersion } from './run-state.ts'
import { differences } from './timers.ts'

export interface RunMigration {
  /** Old node id to new one; an id left out stays the same, null has no place. */
  map: StateMap
  /** Who, when and where, for the time-outs that are new. */
  moment: Moment
}

/**
 * Moves a run to another version of its workflow. Entries are not performed again: what waits keeps waiting. A
 * time-out that both versions have keeps its due instant, one that was lost is cleared, a new one counts from now.
 * @returns the run and its change with `fromVersionId` and an empty path; or a code and sentence why it cannot move
 */
export function migrateRun(
  run: RunState,
  versions: { from: RunVersion; to: RunVersion },
  { map, moment }: RunMigration,
): RunOutcome | MigrationRefusal {
  const { from, to } = versions
  if (run.versionId !== from.versionId) return refuse('VERSION_CHANGED')
  const passage = { from: from.compiled, to: to.compiled, map }
  const collecting = run.burst?.nodeId
  if (collecting !== undefined && mappedId(passage, collecting) !== collecting) {
    return refuse('RUN_COLLECTING', collecting)
  }
  const placed = placeRun(run, passage)
  if ('code' in placed) return refuse(placed.code, placed.node)
  return outcomeOf(run, to, moved(run, to, { passage, placed, moment }))
}

/**
 * Puts a run back where a migration took it from.
 * @param before the run as it was, with the version it was on
 * @param expected `runMark` of the run right after the migration; any other has moved on since
 */
export function restoreRun(
  run: RunState,
  { before, expected }: { before: RunState; expected: string },
): RunOutcome | MigrationRefusal {
  if (runMark(run) !== expected) return refuse('RUN_MOVED_ON')
  let { generation } = run
  const timers = Object.entries(before.timers).map(([id, timer]): [string, ArmedTimer] => {
    const now = run.timers[id]
    if (now && now.generation === timer.generation && now.dueAt === timer.dueAt) return [id, timer]
    generation += 1
    return [id, { ...timer, generation }]
  })
  const restored = { ...before, timers: Object.fromEntries(timers), generation }
  return outcomeOf(run, before, restored)
}

/** Tells a run from any later state of itself. */
export function runMark(run: RunState): string {
  return contentHash(run)
}

interface Move {
  passage: Passage
  placed: Placement
  moment: Moment
}

function moved(run: RunState, to: RunVersion, move: Move): RunState {
  const { placed, passage } = move
  const states = activeStates(placed.value)
  const state = placed.leaves.get(run.state) ?? states[0] ?? run.state
  const context = contextIn(run, move)
  const history = historyIn(run, passage)
  return {
    ...run,
    versionId: to.versionId,
    state: states.includes(state) ? state : (states[0] ?? state),
    states,
    snapshot: { value: placed.value, context, ...(history && { history }) },
    ...timersIn(run, context, move),
    effects: Object.fromEntries(
      Object.entries(run.effects).flatMap(([id, effect]) => {
        const nodeId = placed.leaves.get(effect.nodeId)
        return nodeId === undefined ? [] : [[id, { ...effect, nodeId }]]
      }),
    ),
  }
}

/** What is kept under a node's id goes with the node. */
function contextIn(run: RunState, { passage, placed }: Move): RunContext {
  const { context } = run.snapshot
  const newIdOf = (id: string): string | undefined =>
    placed.leaves.get(id) ?? mappedId(passage, id) ?? undefined
  const { tries, suspended, error } = context
  return {
    ...context,
    results: withNewNames(context.results, passage),
    awaiting: withNewKeys(context.awaiting, newIdOf),
    loops: withNewKeys(context.loops, (id) => loopIn(passage, mappedId(passage, id))),
    // A failure that was dealt with is still remembered.
    error: error && { ...error, nodeId: newIdOf(error.nodeId) ?? error.nodeId },
    ...(tries && { tries: withNewKeys(tries, newIdOf) }),
    ...(suspended && { suspended: suspended.map((each) => suspendedIn(each, newIdOf)) }),
  }
}

/** What an interrupt has left behind goes with its nodes, and the time-outs of the groups around them too. */
function suspendedIn(
  suspended: Suspension,
  newIdOf: (id: string) => string | undefined,
): Suspension {
  return {
    ...suspended,
    place: newIdOf(suspended.place) ?? suspended.place,
    nodes: suspended.nodes.flatMap((id) => newIdOf(id) ?? []),
    due: withNewKeys(suspended.due, newIdOf),
    results: withNewKeys(suspended.results, newIdOf),
  }
}

/** A result is read under its node's name; the old name stays for expressions that still use it. */
function withNewNames(
  results: RunContext['results'],
  { map, from, to }: Passage,
): RunContext['results'] {
  const named = Object.entries(results).flatMap(([id, result]) => {
    const target = Object.hasOwn(map, id) ? map[id] : null
    if (typeof target !== 'string' || Object.hasOwn(results, target)) return []
    const kindOf = (nodes: { id: string; type: string }[], nodeId: string) =>
      nodes.find((node) => node.id === nodeId)?.type
    const isSame = kindOf(from.document.nodes, id) === kindOf(to.document.nodes, target)
    return isSame ? [[target, result] as const] : []
  })
  return { ...results, ...Object.fromEntries(named) }
}

function loopIn({ to }: Passage, id: string | null): string | undefined {
  return id !== null && nodeIn(to.machine, `turn:${id}`) ? id : undefined
}

function withNewKeys<Value>(
  record: Record<string, Value>,
  newIdOf: (id: string) => string | undefined,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([id, value]) => {
      const target = newIdOf(id)
      return target === undefined ? [] : [[target, value]]
    }),
  )
}

/** A group remembers its states as long as all of them are still inside. */
function historyIn({ snapshot }: RunState, passage: Passage): Record<string, string[]> | null {
  const { machine } = passage.to
  // What the root remembers counts only while an interrupt has its turn.
  const isStale = (key: string): boolean => key === `deep:${MAIN}` && !snapshot.context.suspended
  const kept = Object.entries(snapshot.history ?? {}).flatMap(([key, ids]) => {
    if (isStale(key)) return []
    const [depth = '', ...rest] = key.split(':')
    const group = mappedId(passage, rest.join(':'))
    const history = nodeIn(machine, `${depth}:${group ?? ''}`)
    const targets = ids.map((id) => rememberedId(id, passage))
    const isInside = (id: string | null): boolean => {
      for (let node = nodeIn(machine, id ?? ''); node; node = node.parent) {
        if (node.parent === history?.parent) return true
      }
      return false
    }
    return history && targets.every(isInside) ? [[history.id, targets as string[]] as const] : []
  })
  return kept.length === 0 ? null : Object.fromEntries(kept)
}

function rememberedId(id: string, passage: Passage): string | null {
  if (!id.startsWith('done:')) return mappedId(passage, id)
  const group = mappedId(passage, id.slice('done:'.length))
  return group === null ? null : `done:${group}`
}

type Timers = Pick<RunState, 'timers' | 'generation'>

function timersIn(run: RunState, context: RunContext, { passage, placed, moment }: Move): Timers {
  const timers: Record<string, ArmedTimer> = {}
  let { generation } = run
  for (const [id, timer] of Object.entries(run.timers)) {
    // Messages that are collected stay where they are; their timer is not one of the statechart's.
    if (id.startsWith('quiet:')) timers[id] = timer
  }
  for (const node of placed.active) {
    const [delayed] = node.after
    if (!delayed) continue
    const id = delayed.eventType as string
    const known = Object.entries(run.timers).find(
      ([timerId, { nodeId }]) =>
        !timerId.startsWith('quiet:') && isOf(nodeId, node.id, { passage, placed }),
    )
    if (known?.[0] === id) timers[id] = known[1]
    else {
      generation += 1
      const dueAt =
        known?.[1].dueAt ?? dueFrom(moment, context, { passage, delay: String(delayed.delay) })
      timers[id] = { nodeId: node.id, generation, dueAt }
    }
  }
  return { timers, generation }
}

/** Whether the timer of an old node is that of a new one. */
function isOf(
  old: string,
  now: string,
  { passage, placed }: Pick<Move, 'passage' | 'placed'>,
): boolean {
  const leaf = placed.leaves.get(old)
  if (leaf !== undefined) return leaf === now
  // Of containers; a leaf that goes on elsewhere is entered there anew.
  return nodeIn(passage.from.machine, old)?.type !== 'atomic' && mappedId(passage, old) === now
}

function dueFrom(
  moment: Moment,
  context: RunContext,
  { passage, delay }: { passage: Passage; delay: string },
): string {
  const delays = passage.to.machine.implementations.delays as Record<string, unknown>
  const measure = delays[delay] as (asked: { context: RunContext; event: unknown }) => number
  const ms = measure({ context, event: { ...moment, type: 'run.migrated' } })
  return new Date(Date.parse(moment.at) + ms).toISOString()
}

function outcomeOf(before: RunState, to: { versionId: string }, after: RunState): RunOutcome {
  const { set: timersSet, cleared: timersCleared } = differences(before, after.timers)
  return {
    run: after,
    change: {
      id: after.id,
      workflowId: after.workflowId,
      versionId: to.versionId,
      fromVersionId: before.versionId,
      triggerEventId: after.triggerEventId,
      isNew: false,
      status: 'active',
      from: before.state,
      to: after.state,
      fromStates: before.states,
      toStates: after.states,
      path: [],
      since: after.since,
      startedAt: after.startedAt,
      finishedAt: null,
      error: null,
      context: null,
    },
    effects: [],
    timersSet,
    timersCleared,
  }
}
