import { describe, expect, test } from 'vitest'
import { compile } from '#machines/compile/compile.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { RunVersion } from '#machines/run/run-state.ts'
import type { Library } from './library.ts'
import type { RunMigratedPayload, RunRestoredPayload } from './migration.ts'
import { replay } from './replay.ts'
import {
  createContact,
  doneOf,
  lead,
  type TestContact,
  timerOf,
  workflowOf,
} from './testing/contact.ts'

const OLD = [
  { id: 'a', type: 'whatsapp.send_text', text: 'Oi' },
  { id: 'w', type: 'wait.for.event', event: 'x.y', timeout: 'P1D', timeoutNext: null },
  { id: 'b', type: 'whatsapp.send_text', text: 'v1' },
]
const NEW = [
  { id: 'a', type: 'whatsapp.send_text', text: 'Oi' },
  { id: 'v', type: 'wait.for.event', event: 'x.y', timeout: 'P1D', timeoutNext: null },
  { id: 'b', type: 'whatsapp.send_text', text: 'v2' },
]

const LIBRARY = library({ ver_1: OLD, ver_2: NEW })

/** Versions of one workflow, the first one published. */
function library(documents: Record<string, object[]>): Library {
  const versions = Object.entries(documents).map(([versionId, nodes]): RunVersion => {
    const { workflow } = compile(workflowOf('wf_a', nodes))
    if (!workflow) throw new Error('it has errors')
    return { workflowId: 'wf_a', versionId, compiled: workflow }
  })
  return {
    zone: 'America/Sao_Paulo',
    published: versions.slice(0, 1),
    version: (id) => versions.find(({ versionId }) => versionId === id),
  }
}

function waiting(): TestContact {
  const contact = createContact(LIBRARY)
  contact.send(lead())
  contact.settle()
  return contact
}

const migrated = (given: Partial<RunMigratedPayload> = {}) => ({
  type: 'run.migrated',
  payload: {
    migrationId: 'mig_1',
    runId: 'run_0001',
    fromVersionId: 'ver_1',
    versionId: 'ver_2',
    map: { w: 'v' },
    ...given,
  } as JsonObject,
})

/** The way back from the contact's last Step. */
function restored(contact: TestContact) {
  const { before, mark } = contact.steps.find(({ migration }) => migration?.before)!.migration!
  const payload = { migrationId: 'mig_1', runId: 'run_0001', before: before!, expected: mark! }
  return {
    type: 'run.restored',
    payload: payload satisfies RunRestoredPayload as unknown as JsonObject,
  }
}

const isReplayed = (contact: TestContact): void => {
  expect(replay(contact.journal, LIBRARY)).toEqual(contact.state)
}

describe('a run that moves', () => {
  test('goes on in the other version, and what follows is said in its words', () => {
    const contact = waiting()
    const step = contact.send(migrated())
    expect(step).toMatchObject({
      effects: [],
      runs: [{ versionId: 'ver_2', fromVersionId: 'ver_1', from: 'w', to: 'v' }],
      timersSet: [{ nodeId: 'v' }],
      timersCleared: [{ timerId: 'xstate.after.w.w' }],
      migration: { migrationId: 'mig_1', runId: 'run_0001', status: 'moved', code: null },
      journal: { note: null },
    })
    expect(contact.send({ type: 'x.y' }).effects).toMatchObject([
      { id: 'eff_0001_2', command: { text: 'v2' } },
    ])
    isReplayed(contact)
  })

  test('takes what was under way with it', () => {
    const contact = createContact(LIBRARY)
    const [effect] = contact.send(lead()).effects
    contact.send(migrated())
    expect(contact.send(doneOf(effect)).runs).toMatchObject([
      { from: 'a', to: 'v', versionId: 'ver_2' },
    ])
    isReplayed(contact)
  })

  test('that has no place stays, and the journal says why', () => {
    const contact = waiting()
    const before = contact.state!.runs
    const step = contact.send(migrated({ map: {} }))
    expect(step).toMatchObject({
      runs: [],
      migration: { status: 'refused', code: 'STATE_REMOVED' },
      journal: { note: 'run_not_moved', notMoved: 'STATE_REMOVED' },
    })
    expect(contact.state!.runs).toEqual(before)
    const lost = contact.send(migrated({ versionId: 'ver_lost' }))
    expect(lost.migration).toMatchObject({ status: 'refused', code: 'VERSION_UNKNOWN' })
    isReplayed(contact)
  })

  test('moves once: the second envelope finds it elsewhere, and a run that is over is gone', () => {
    const contact = waiting()
    contact.send(migrated())
    expect(contact.send(migrated()).migration).toMatchObject({ code: 'VERSION_CHANGED' })
    contact.send(timerOf(contact))
    const late = contact.send(migrated())
    expect(late).toMatchObject({ migration: { status: 'gone' }, journal: { note: 'run_ended' } })
    isReplayed(contact)
  })
})

describe('the way back', () => {
  test('puts a run back that nothing has happened to, and it goes on in its old words', () => {
    const contact = waiting()
    contact.send(migrated())
    expect(contact.send(restored(contact))).toMatchObject({
      runs: [{ versionId: 'ver_1', fromVersionId: 'ver_2', from: 'v', to: 'w' }],
      timersSet: [{ nodeId: 'w' }],
      migration: { status: 'restored' },
    })
    expect(contact.send({ type: 'x.y' }).effects).toMatchObject([{ command: { text: 'v1' } }])
    isReplayed(contact)
  })

  test('leaves a run alone that has moved since', () => {
    const contact = waiting()
    contact.send(migrated())
    contact.send({ type: 'x.y' })
    expect(contact.send(restored(contact))).toMatchObject({
      runs: [],
      journal: { note: 'run_not_moved', notMoved: 'RUN_MOVED_ON' },
    })
    isReplayed(contact)
  })
})

test('a run is ended where it is, with its timers', () => {
  const contact = waiting()
  const step = contact.send({
    type: 'run.stopped',
    payload: { migrationId: 'mig_1', runId: 'run_0001' },
  })
  expect(step).toMatchObject({
    runs: [{ status: 'stopped', to: 'w' }],
    timersCleared: [{ timerId: 'xstate.after.w.w' }],
    migration: { status: 'moved', before: null },
  })
  expect(contact.state!.runs).toEqual([])
  isReplayed(contact)
})
