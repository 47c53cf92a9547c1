// A process of its own that starts the embedded PostgreSQL, for tests of how such a process ends.
// Arguments: data folder, how to end (`wait`, `throw`, `exit`), and a user id to become first.

import { startEmbeddedPostgres } from '../embedded/postgres.ts'

const [dataDir = '', end = 'wait', user] = process.argv.slice(2)

if (user !== undefined) {
  process.setgroups?.([])
  process.setgid?.(Number(user))
  process.setuid?.(Number(user))
}

try {
  const { port, place, url } = await startEmbeddedPostgres({ dataDir })
  process.stdout.write(`${JSON.stringify({ port, place, url: url('postgres') })}\n`)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message })}\n`)
  process.exit(1)
}

if (end === 'wait') setInterval(() => {}, 60_000)
if (end === 'throw') setTimeout(() => JSON.parse('not JSON'), 10)
