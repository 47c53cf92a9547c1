// PostgreSQL vanishes under a whole process: without a word, and comes back.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { WELCOME } from './testing/workflows.ts'
import { createFaultyLink, type FaultyLink } from './testing/faulty-link.ts'
import { startWholeRuntime, type WholeRuntime } from './testing/whole.ts'
import { until } from './testing/until.ts'
import type { Runtime } from './face.ts'

let whole: WholeRuntime
let link: FaultyLink
let process: Runtime
beforeAll(async () => {
  whole = await startWholeRuntime()
  link = await createFaultyLink(whole.line.url)
  process = await whole.startAnother({ databaseUrl: link.url })
})
afterAll(async () => {
  await process.stop()
  await link.close()
  await whole.stop()
})

/** The code of the failure, and how many seconds it took. */
async function fails(work: Promise<unknown>): Promise<{ code: unknown; seconds: number }> {
  const startedAt = performance.now()
  const code = await work.then(
    () => 'none',
    (error: unknown) => (error as { code: unknown }).code,
  )
  return { code, seconds: (performance.now() - startedAt) / 1000 }
}

test('a database that falls silent is an error within three seconds for who asks, and the pools refill without a restart', async () => {
  const { actor } = whole.line.tenant
  const ask = (): Promise<unknown>[] => [
    process.workflows.get(actor, WELCOME.id),
    process.contacts.list(actor, { limit: 10 }),
    process.sessions.signIn({ email: 'nobody@example.com', password: 'wrong' }),
  ]
  await Promise.allSettled(ask())
  link.goSilent()
  const health = process.health.ready()
  for (const { code, seconds } of await Promise.all(ask().map(fails))) {
    expect(code).toBe('DATABASE_UNAVAILABLE')
    expect(seconds).toBeLessThan(3)
  }
  expect(await health).toMatchObject({ status: 'failing' })
  link.heal()
  await until('it is ready again', async () => (await process.health.ready()).status === 'ok')
  expect(await process.workflows.get(actor, WELCOME.id)).toMatchObject({ id: WELCOME.id })
})
