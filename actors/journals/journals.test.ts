// Whole conversations, kept as they were and replayed by every build: the same envelopes on the same versions must give
// the same effects, timers, notes, states and snapshot (I2, I4, I7). Each file was read before it was kept. A change
// that is meant is written by FLUXO_RECORD=1, and read again as a diff.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { RunVersion, TimerClear, TimerSet } from '#machines/run/run-state.ts'
import { compile } from '#machines/compile/compile.ts'
import { receive } from '../contact-actor.ts'
import type { Library } from '../library.ts'
import { replay } from '../replay.ts'
import type { ContactState } from '../snapshot.ts'
import type { JournalEntry } from '../step.ts'
import { copyOf } from '../testing/contact.ts'

/** One conversation. */
interface Journal {
  /** What it shows. */
  about: string
  zone: string
  /** Documents by version id. */
  versions: Record<string, unknown>
  /** Which versions start runs, from which Step on. */
  published: { from: number; versions: string[] }[]
  steps: { entry: JournalEntry; timersSet: TimerSet[]; timersCleared: TimerClear[] }[]
  final: ContactState
}

const FOLDER = new URL('./', import.meta.url)
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const RECORDS = process.env['FLUXO_RECORD'] === '1' && process.env['CI'] === undefined

function libraryOf({ zone, versions }: Journal, published: string[]): Library {
  const known = new Map(
    Object.entries(versions).map(([id, document]) => [id, versionOf(id, document)]),
  )
  const named = (id: string): RunVersion => {
    const version = known.get(id)
    if (!version) throw new Error(`no version ${id}`)
    return version
  }
  return { zone, published: published.map(named), version: (id) => known.get(id) }
}

function versionOf(versionId: string, document: unknown): RunVersion {
  const { workflow, diagnostics } = compile(document)
  if (!workflow) throw new Error(JSON.stringify(diagnostics))
  return { workflowId: workflow.document.id, versionId, compiled: workflow }
}

/** Receives the envelopes of a journal again, each from what JSON keeps of the state before. */
function received(journal: Journal): Pick<Journal, 'steps' | 'final'> {
  const libraries = journal.published.map(({ from, versions }) => ({
    from,
    library: libraryOf(journal, versions),
  }))
  let state: ContactState | null = null
  const steps: Journal['steps'] = []
  for (const [index, { entry }] of journal.steps.entries()) {
    const library = libraries.findLast(({ from }) => from <= index + 1)?.library
    if (!library) throw new Error('nothing is published yet')
    const step = receive(state, entry.envelope, { now: entry.at, library })
    const { journal: written, timersSet, timersCleared } = step
    steps.push(copyOf({ entry: written, timersSet, timersCleared }))
    state = copyOf(step.state)
  }
  if (!state) throw new Error('an empty journal')
  return { steps, final: state }
}

test('there are twenty conversations', () => {
  expect(FILES.length).toBeGreaterThanOrEqual(20)
})

describe.each(FILES)('%s', (file) => {
  const url = new URL(file, FOLDER)
  const journal = JSON.parse(readFileSync(url, 'utf8')) as Journal

  if (RECORDS) {
    test('is written anew', () => {
      writeFileSync(url, `${JSON.stringify({ ...journal, ...received(journal) }, null, 2)}\n`)
      expect(journal.steps).not.toEqual([])
    })
    return
  }

  test('is received as it was, Step by Step', () => {
    const { steps, final } = received(journal)
    for (const [index, step] of steps.entries()) {
      expect(step, `Step ${index + 1}`).toEqual(journal.steps[index])
    }
    expect(final).toEqual(journal.final)
  })

  test('I2 is replayed to the same snapshot, whatever is published now', () => {
    const entries = journal.steps.map(({ entry }) => entry)
    expect(copyOf(replay(entries, libraryOf(journal, [])))).toEqual(journal.final)
  })
})
