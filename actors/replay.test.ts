// P4, P5, P6 and P8 of the reliability catalogue over random histories. FLUXO_RUNS sets the number of cases,
// FLUXO_SEED replays one.

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { RunParent, RunState } from '#machines/run/run-state.ts'
import { receive } from './contact-actor.ts'
import type { Library } from './library.ts'
import { replay } from './replay.ts'
import type { JournalEntry, StepNote } from './step.ts'
import { copyOf } from './testing/contact.ts'
import { history, LIBRARY, live } from './testing/histories.ts'

const RUNS = Number(process.env['FLUXO_RUNS'] ?? 200)
const seed = process.env['FLUXO_SEED']
const OPTIONS = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) }
const TIMEOUT = 10_000 + RUNS * 300

/** Replay knows what was started from the journal alone. */
const NOTHING_PUBLISHED: Library = { ...LIBRARY, published: [] }

test('I2 the journal alone gives the state back, for any history', { timeout: TIMEOUT }, () => {
  fc.assert(
    fc.property(history, (happenings) => {
      const contact = live(happenings)
      expect(copyOf(replay(contact.journal, NOTHING_PUBLISHED))).toEqual(contact.state)
    }),
    OPTIONS,
  )
})

test('replay starts what was published then, not what is published now', () => {
  const contact = live([{ kind: 'lead', pick: 1, text: 'Ana' }])
  expect(contact.state?.runs).toHaveLength(3)
  expect(copyOf(replay(contact.journal, NOTHING_PUBLISHED))).toEqual(contact.state)
  expect(replay([], LIBRARY)).toBeNull()
})

test('replay knows which of several kept events started what, in the one Step that gives back', () => {
  const kinds = ['take', 'promo', 'lead', 'lead', 'give back']
  const contact = live(kinds.map((kind) => ({ kind, pick: 0, text: 'Ana' })))
  const started = contact.steps.at(-1)?.runs.filter(({ isNew }) => isNew) ?? []
  expect(new Set(started.map(({ triggerEventId }) => triggerEventId)).size).toBe(3)
  expect(copyOf(replay(contact.journal, NOTHING_PUBLISHED))).toEqual(contact.state)
})

test(
  'I2 going on from what JSON kept of a snapshot changes nothing, at any Step',
  { timeout: TIMEOUT },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const contact = live(happenings)
        let state = null
        for (const [index, { envelope, at }] of contact.journal.entries()) {
          const library = contact.libraries[index] ?? LIBRARY
          const step = receive(state, envelope, { now: at, library })
          expect(step).toEqual(contact.steps[index])
          expect(copyOf(step)).toEqual(step)
          state = step.state
        }
      }),
      OPTIONS,
    )
  },
)

test(
  'I4 I7 ids of effects and timers are unique in any history, and what is pending was asked for',
  { timeout: TIMEOUT },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { steps, state } = live(happenings)
        const effects = steps.flatMap((step) => step.effects.map((effect) => effect.id))
        expect(new Set(effects).size).toBe(effects.length)
        const timers = steps.flatMap((step) =>
          step.timersSet.map((timer) => `${timer.runId} ${timer.generation}`),
        )
        expect(new Set(timers).size).toBe(timers.length)
        for (const run of state?.runs ?? []) {
          for (const id of sentBy(run)) expect(effects).toContain(id)
          const { states } = run
          expect(
            Object.values(run.timers).filter(({ nodeId }) => !states.includes(nodeId)),
          ).toEqual([])
        }
      }),
      OPTIONS,
    )
  },
)

test(
  'I7 the timer rows that Steps set and clear are exactly the armed timers',
  { timeout: TIMEOUT },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const { steps, state } = live(happenings)
        const rows = new Map<string, number>()
        for (const step of steps) {
          for (const { runId, timerId } of step.timersCleared) rows.delete(`${runId} ${timerId}`)
          for (const timer of step.timersSet)
            rows.set(`${timer.runId} ${timer.timerId}`, timer.generation)
        }
        const armed = (state?.runs ?? []).flatMap((run) =>
          Object.entries(run.timers).map(
            ([id, timer]) => [`${run.id} ${id}`, timer.generation] as const,
          ),
        )
        expect(rows).toEqual(new Map(armed))
      }),
      OPTIONS,
    )
  },
)

test(
  'a run inside another is there if and only if a node waits for it',
  { timeout: TIMEOUT },
  () => {
    fc.assert(
      fc.property(history, (happenings) => {
        const runs = live(happenings).state?.runs ?? []
        const awaited = runs.flatMap((run) => {
          // What ended while the run was in an interrupt waits there to be taken up.
          const left = run.snapshot.context.suspended ?? []
          const ended = new Set(left.flatMap(({ results }) => Object.keys(results)))
          return Object.entries(run.effects)
            .filter(([, { kind, nodeId }]) => kind === 'subflow.start' && !ended.has(nodeId))
            .map(([effectId]) => ({ runId: run.id, effectId }))
        })
        const children = runs.flatMap(({ parent }) => parent ?? [])
        expect(new Set(children.map(keyOf))).toEqual(new Set(awaited.map(keyOf)))
        expect(children).toHaveLength(awaited.length)
      }),
      OPTIONS,
    )
  },
)

test('what Steps say of runs adds up to where the runs are', { timeout: TIMEOUT }, () => {
  fc.assert(
    fc.property(history, (happenings) => {
      const { steps, state } = live(happenings)
      const counts = new Map<string, number>()
      const add = (id: string, node: string, change: number) =>
        counts.set(`${id} ${node}`, (counts.get(`${id} ${node}`) ?? 0) + change)
      for (const change of steps.flatMap((step) => step.runs)) {
        for (const node of change.fromStates) add(change.id, node, -1)
        for (const node of change.toStates) add(change.id, node, 1)
      }
      const there = [...counts].filter(([, count]) => count !== 0)
      const runs = state?.runs ?? []
      const now = runs.flatMap(({ id, states }) =>
        states.map((node) => [`${id} ${node}`, 1] as const),
      )
      expect(new Map(there)).toEqual(new Map(now))
      for (const step of steps) {
        const ids = step.runs.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
      }
    }),
    OPTIONS,
  )
})

test(
  'the histories are worth something: they meet every rule of the actor',
  { timeout: TIMEOUT },
  () => {
    const entries = fc
      .sample(history, { numRuns: 600, seed: 7 })
      .flatMap((one) => live(one).journal)
    const notes = new Set(entries.map(({ note }) => note))
    const wanted: StepNote[] = [
      'nobody_waits',
      'exclusive_group_busy',
      'run_ended',
      'timer_outdated',
      'result_outdated',
      'confirmation_noted',
      'message_collected',
      'no_such_node',
      'nothing_to_give_back',
      'agent_has_conversation',
      'agent_took_conversation',
      'agent_gave_back',
      'kept_for_later',
      'opted_out',
      'opted_in',
    ]
    expect(wanted.filter((note) => !notes.has(note))).toEqual([])
    const codes = new Set(entries.flatMap(({ refused = [] }) => refused.map(({ code }) => code)))
    expect([...codes].toSorted((left, right) => left.localeCompare(right))).toEqual([
      'POLICY_NO_CONSENT',
      'POLICY_OPTED_OUT',
      'POLICY_WINDOW_CLOSED',
    ])
    expect(startedVersions(entries)).toEqual(
      expect.arrayContaining(['ver_2', 'ver_pin', 'ver_wf_child', 'ver_wf_deep', 'ver_wf_promo']),
    )
    const nodes = new Set(entries.flatMap(({ runs }) => runs.flatMap(({ path }) => path)))
    for (const node of ['options', 'person', 'deep', 'late']) expect(nodes).toContain(node)
  },
)

function startedVersions(entries: readonly JournalEntry[]): string[] {
  const started = entries.flatMap(({ runs }) => runs.filter(({ isNew }) => isNew))
  return [...new Set(started.map(({ versionId }) => versionId))]
}

/** Effects that somebody outside performs. */
function sentBy({ effects }: RunState): string[] {
  return Object.entries(effects).flatMap(([id, { kind }]) => (kind === 'subflow.start' ? [] : [id]))
}

function keyOf({ runId, effectId }: RunParent): string {
  return `${runId} ${effectId}`
}

test('no Step reads the clock or chance', () => {
  const traps = [vi.spyOn(Date, 'now'), vi.spyOn(Math, 'random')]
  try {
    const kinds = ['lead', 'done', 'done', 'done', 'message', 'timer', 'purchase', 'skip', 'stop']
    const contact = live(kinds.map((kind) => ({ kind, pick: 1, text: 'sim' })))
    expect(contact.steps.flatMap((step) => step.effects).length).toBeGreaterThan(2)
    for (const trap of traps) expect(trap).not.toHaveBeenCalled()
  } finally {
    for (const trap of traps) trap.mockRestore()
  }
})
