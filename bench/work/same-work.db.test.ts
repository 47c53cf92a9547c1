// Whoever is measured does the same work: as many states, journal entries and effects, and the same questions in order.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { createPool } from '../../runtime/db/pool.ts'
import { createDatabase } from '../../runtime/embedded/create-database.ts'
import { createTestDatabase, type TestDatabase } from '../../runtime/testing/database.ts'
import { createBareLoop } from '../contenders/bare.ts'
import type { Contender } from '../contenders/contender.ts'
import { createDbos } from '../contenders/dbos.ts'
import { createFluxoLab } from '../contenders/fluxolab.ts'
import { createRestate } from '../contenders/restate.ts'
import { checkWritten } from '../lib/rounds.ts'
import { arePeersInstalled } from '../lib/machine.ts'
import { answer, type Kept } from './dialogue.ts'
import type { Written } from './mailbox.ts'

const SIZE = { contacts: 3, messages: 4 }
const ONE_ROUND: Written = { states: 3, journal: 12, effects: 12 }
const folder = mkdtempSync(join(tmpdir(), 'fluxolab-bench-test-'))
const databases: TestDatabase[] = []
const urls: string[] = []

const ground = {
  folder,
  createSchema: async () => {
    const database = await createTestDatabase()
    databases.push(database)
    urls.push(database.url)
    return database.url
  },
  createEmpty: async () => {
    const url = new URL(inject('templateUrl'))
    const admin = url.href
    url.pathname = `/bench_${randomBytes(6).toString('hex')}`
    await createDatabase(admin, url.pathname.slice(1))
    return url.href
  },
}

afterAll(async () => {
  for (const database of databases) await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** @returns what the last round left behind */
async function doRounds(contender: Contender): Promise<Written> {
  try {
    for (let round = 0; round < 2; round++) {
      await contender.fill(SIZE)
      await contender.ready?.()
      await contender.drain(SIZE)
      await checkWritten(contender, SIZE)
    }
    return await contender.written()
  } finally {
    await contender.stop()
  }
}

/** The questions of each contact, in the order in which they were recorded. */
async function questionsIn(url: string): Promise<string[][]> {
  const pool = createPool(url, { max: 1, name: 'test' })
  try {
    const { rows } = await pool.query<{ texts: string[] }>(
      `select array_agg(command ->> 'text' order by position) as texts from outbox group by contact_id`,
    )
    return rows.map(({ texts }) => texts)
  } finally {
    await pool.end()
  }
}

function expectedQuestions(): string[] {
  let kept: Kept | null = null
  return Array.from({ length: SIZE.messages }, (_, index) => {
    const answered = answer(kept, `Resposta ${index + 1}`)
    kept = answered.kept
    return answered.question.text
  })
}

test.each([
  ['FluxoLab', createFluxoLab],
  ['the bare loop', createBareLoop],
])('%s writes what a round is and asks what the dialogue asks', async (_, create) => {
  expect(await doRounds(await create(ground))).toEqual(ONE_ROUND)
  const questions = await questionsIn(urls.at(-1) ?? '')
  expect(questions).toEqual(Array.from({ length: SIZE.contacts }, expectedQuestions))
})

// They come with the first `npm run bench`, which also checks every round of theirs.
if (arePeersInstalled()) {
  test.each([
    ['Restate', createRestate],
    ['DBOS', createDbos],
  ])('%s writes what a round is', async (_, create) => {
    expect(await doRounds(await create(ground))).toEqual(ONE_ROUND)
  })
}

test('a contender that leaves something out is caught', async () => {
  const contender: Contender = {
    name: 'lazy',
    settings: [],
    fill: async () => {},
    drain: async () => {},
    written: async () => ({ states: 3, journal: 12, effects: 11 }),
    stop: async () => {},
  }
  await expect(checkWritten(contender, SIZE)).rejects.toThrow('lazy wrote')
})
