// One embedded PostgreSQL for the whole test run, with a template database that was migrated once. Two projects
// name this file; the second one shares the first one's server.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '#runtime/db/migrate.ts'
import { startEmbeddedPostgres } from '../embedded/postgres.ts'

export const TEMPLATE = 'fluxolab_template'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of the test server's template database. */
    templateUrl: string
  }
}

interface SharedServer {
  users: number
  started: Promise<{ templateUrl: string; stop: () => Promise<void> }>
}

/** Vitest loads this file once per project, so what they share hangs on the process. */
const shared = process as typeof process & { fluxolabTestServer?: SharedServer }

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = (shared.fluxolabTestServer ??= { users: 0, started: start() })
  server.users++
  const { templateUrl, stop } = await server.started
  project.provide('templateUrl', templateUrl)
  return async () => {
    if (--server.users > 0) return
    delete shared.fluxolabTestServer
    await stop()
  }
}

async function start(): Promise<{ templateUrl: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'fluxolab-test-'))
  const dataDir = join(folder, 'data')

  // Passable, so that the user who runs PostgreSQL reaches the cluster inside.
  chmodSync(folder, 0o711)
  const postgres = await startEmbeddedPostgres({ dataDir })
  await postgres.ensureDatabase(TEMPLATE)
  const templateUrl = postgres.url(TEMPLATE)
  await migrate(templateUrl)
  const stop = async (): Promise<void> => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { templateUrl, stop }
}
