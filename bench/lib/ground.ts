// The database that FluxoLab, the bare loop and DBOS share: the embedded PostgreSQL as it is started by `npm start`,
// in a folder of its own that goes away. fsync and synchronous_commit stay on.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareInstallation, readConfig } from '../../runtime/index.ts'
import { createPool } from '../../runtime/db/pool.ts'

export interface Ground {
  /** A new database with FluxoLab's schema. @returns its URL */
  createSchema(name: string): Promise<string>
  /** A new database with nothing in it. @returns its URL */
  createEmpty(name: string): Promise<string>
  /** Removes every database that was made; their upkeep would go on beside what is measured next. */
  clear(): Promise<void>
  /** So that one contender's writes are not flushed in the next one's time. */
  settle(): Promise<void>
  /** Server settings that decide about durability and memory. */
  settings(): Promise<Record<string, string>>
  /** Folder for whoever needs one. */
  folder: string
  stop(): Promise<void>
}

const SHOWN = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'wal_level',
  'max_wal_size',
]

export async function prepareGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'fluxolab-bench-'))
  // Passable, so that the user who runs PostgreSQL reaches the cluster inside.
  chmodSync(folder, 0o711)
  const config = readConfig({ DATA_DIR: join(folder, 'data') })
  const installation = await prepareInstallation(config, () => {})
  const admin = createPool(urlOf(installation.databaseUrl, 'postgres'), {
    max: 1,
    name: 'bench-admin',
    statementTimeout: 120_000,
  })
  const made: string[] = []
  const create = async (name: string, template: string): Promise<string> => {
    made.push(name)
    await admin.query(`create database ${name} template ${template}`)
    return urlOf(installation.databaseUrl, name)
  }
  return {
    folder,
    createSchema: (name) => create(name, 'fluxolab'),
    createEmpty: (name) => create(name, 'template0'),
    clear: async () => {
      for (const name of made.splice(0)) {
        await admin.query(`drop database if exists ${name} with (force)`)
      }
    },
    settle: async () => {
      await admin.query('checkpoint')
    },
    settings: async () => {
      const { rows } = await admin.query<{ name: string; value: string }>(
        'select name, current_setting(name) as value from pg_settings where name = any($1)',
        [SHOWN],
      )
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
    },
    stop: async () => {
      await admin.end()
      await installation.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function urlOf(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${database}`
  return other.href
}
