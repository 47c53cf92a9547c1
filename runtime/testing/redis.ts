// A Redis for tests: the server that is installed, on a port of its own, keeping nothing; or the one of REDIS_URL.

import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopAtExit } from '../embedded/exit.ts'
import { findFreePort } from '../embedded/port.ts'
import { reportMissing } from './missing.ts'

export interface TestRedis {
  url: string
  /** Ends the server that was started here; one of REDIS_URL is left alone. */
  stop: () => Promise<void>
}

/** Starts a Redis, or reports it missing and returns null. */
export async function startRedis(): Promise<TestRedis | null> {
  const given = process.env['REDIS_URL']
  if (given) return { url: given, stop: async () => {} }
  if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status !== 0) {
    const wayOut = 'install the Debian package redis-server or set REDIS_URL'
    reportMissing('redis', `redis-server not found (${wayOut})`)
    return null
  }
  const folder = mkdtempSync(join(tmpdir(), 'fluxolab-redis-'))
  const port = await findFreePort()
  const server = launch(port, folder)
  const { forget } = stopAtExit(() => server.kill('SIGKILL'))
  await waitUntilReady(server, port)
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    if (server.exitCode === null && server.signalCode === null && server.kill('SIGKILL'))
      await ended
    forget()
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: `redis://127.0.0.1:${port}`, stop }
}

function launch(port: number, folder: string): ChildProcess {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const server = spawn('redis-server', args, { stdio: 'ignore', detached: true })
  server.unref()
  return server
}

async function waitUntilReady(server: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (server.exitCode !== null) break
    if (await answers(port)) return
    await sleep(20)
  }
  throw new Error(`redis-server does not answer on port ${port}`)
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    socket.once('connect', () => socket.write('PING\r\n'))
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })
}
