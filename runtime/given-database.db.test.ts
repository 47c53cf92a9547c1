import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkGivenDatabase } from './given-database.ts'
import { createTestDatabase, type TestDatabase } from './testing/database.ts'
import { createFaultyLink } from './testing/faulty-link.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const withOption = (option: string): string =>
  `${database.url}?options=${encodeURIComponent(`-c ${option}`)}`

test('I1: production refuses a database that may lose what it confirmed, elsewhere it is told', async () => {
  const url = withOption('synchronous_commit=off')
  await expect(checkGivenDatabase(url, { isProduction: true })).rejects.toMatchObject({
    code: 'SETUP_FAILED',
    field: 'DATABASE_URL',
    message: expect.stringMatching(/^synchronous_commit of the database is off/),
  })
  const told: string[] = []
  await checkGivenDatabase(url, { onProgress: (text) => told.push(text) })
  expect(told.join('\n')).toContain('warning: synchronous_commit')
  const quiet: string[] = []
  await checkGivenDatabase(withOption('synchronous_commit=local'), {
    isProduction: true,
    onProgress: (text) => quiet.push(text),
  })
  expect(quiet.filter((text) => !text.includes('superuser'))).toEqual([])
})

test('a database that comes up a moment later is waited for', async () => {
  const holder = createServer()
  await once(holder.listen(0, '127.0.0.1'), 'listening')
  const { port } = holder.address() as { port: number }
  holder.close()
  const url = new URL(database.url)
  url.host = `127.0.0.1:${port}`
  const told: string[] = []
  const opened = Promise.withResolvers<Awaited<ReturnType<typeof createFaultyLink>>>()
  await checkGivenDatabase(url.href, {
    waitSeconds: 10,
    onProgress: (text) => {
      told.push(text)
      if (told.length === 1)
        createFaultyLink(database.url, port).then(opened.resolve, opened.reject)
    },
  })
  expect(told[0]).toMatch(/^waiting for the database of DATABASE_URL: .*ECONNREFUSED/)
  await (await opened.promise).close()
})
