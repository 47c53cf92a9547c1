// Makes a database by name.

import pg from 'pg'

/** Makes the database `name` unless it exists; `adminUrl` is of any other database of the server. */
export async function createDatabase(
  adminUrl: string,
  name: string,
  template = 'template0',
): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount) return
    const quote = (word: string): string => client.escapeIdentifier(word)
    await client.query(`create database ${quote(name)} template ${quote(template)}`)
  } finally {
    await client.end()
  }
}
