import { expect, test } from 'vitest'
import type { FluxoError } from '#machines/contracts/errors.ts'
import { checkGivenDatabase, checkVersion } from './given-database.ts'
import { prepareInstallation } from './installation.ts'
import { readConfig } from './config.ts'

/** Nobody listens on the discard port. */
const NOBODY = 'postgresql://user:hunter2@localhost:9/fluxolab'

test('a database that does not answer is told by its variable, without the password', async () => {
  const error = (await checkGivenDatabase(NOBODY).catch((caught) => caught)) as FluxoError
  expect(error).toMatchObject({ code: 'SETUP_FAILED', field: 'DATABASE_URL' })
  expect(error.message).toMatch(/DATABASE_URL.*ECONNREFUSED/)
  expect(error.message).not.toContain('hunter2')
})

test('the start asks before it does anything else', async () => {
  const config = readConfig({ DATABASE_URL: NOBODY })
  await expect(prepareInstallation(config, () => {})).rejects.toMatchObject({
    field: 'DATABASE_URL',
  })
})

test('PostgreSQL before 16 is refused with its version', () => {
  expect(() => checkVersion(150_013)).toThrow(/DATABASE_URL is PostgreSQL 15: .* 16 or later/)
  expect(() => checkVersion(160_000)).not.toThrow()
})
