// A fresh, migrated database for a test file: cloned from the template of the global set-up.

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { createDatabase } from '../embedded/create-database.ts'

export interface TestDatabase {
  url: string
  /** Removes the database, ending sessions that are still open. */
  drop: () => Promise<void>
}

/** Clones the template. Works in the projects `db` and `e2e`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('templateUrl'))
  const admin = withDatabase(template, 'postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  await createDatabase(admin, name, template.pathname.slice(1))
  return { url: withDatabase(template, name), drop: async () => dropDatabase(admin, name) }
}

function withDatabase(url: URL, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
  } finally {
    await client.end()
  }
}
