// The real Redis of a stage: a server of its own that can be killed, frozen, emptied, filled up and started again.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis as Client } from 'ioredis'
import { stopAtExit } from '#runtime/embedded/exit.ts'
import { findFreePort } from '#runtime/embedded/port.ts'
import { sleep } from './time.ts'

export interface RedisServer {
  port: number
  pid(): number
  isUp(): boolean
  /** Says it to the server, again and again while it is away. */
  command(...words: string[]): Promise<unknown>
  kill(): Promise<void>
  /** Starts it again, empty, or with the memory that `keep` saved. */
  start(from?: 'empty' | 'kept'): Promise<void>
  /** Saves what is in it now, for a later start. */
  keep(): Promise<void>
  stop(): Promise<void>
}

/** Another fault may have taken it away for a while. */
const TRIES = 400
const PAUSE_MS = 50

export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0
}

export async function startRedis(folder: string): Promise<RedisServer> {
  const port = await findFreePort()
  const kept = join(folder, 'kept.rdb')
  const dump = join(folder, 'dump.rdb')
  let child: ChildProcess = launch(port, folder)

  const { forget } = stopAtExit(() => child.kill('SIGKILL'))
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  const say = async (...words: string[]): Promise<unknown> => {
    const client = new Client(port, '127.0.0.1', { maxRetriesPerRequest: 1 })
    client.on('error', () => {})
    try {
      return await client.call(words[0] ?? 'PING', ...words.slice(1))
    } finally {
      client.disconnect()
    }
  }
  const command = async (...words: string[]): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await say(...words)
      } catch (error) {
        if (attempt === TRIES) throw error
        await sleep(PAUSE_MS)
      }
    }
  }
  const untilReady = async (): Promise<void> => {
    await command('PING')
  }
  await untilReady()
  return {
    port,
    pid: () => child.pid ?? 0,
    isUp: () => child.exitCode === null && child.signalCode === null,
    command,
    kill,
    start: async (from = 'empty') => {
      await kill()
      rmSync(dump, { force: true })
      if (from === 'kept') copyFileSync(kept, dump)
      child = launch(port, folder)
      await untilReady()
    },
    keep: async () => {
      await command('SAVE')
      copyFileSync(dump, kept)
    },
    stop: async () => {
      await kill()
      forget()
    },
  }
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
  return spawn('redis-server', args, { stdio: 'ignore' })
}
