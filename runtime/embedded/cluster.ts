// Makes a cluster: UTF-8 with the builtin C.UTF-8 locale, passwords by SCRAM, made aside and moved into place
// when it is whole, so that an interrupted start leaves nothing that looks like a cluster.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { FluxoError } from '#machines/contracts/errors.ts'
import { programOf } from './binaries.ts'
import { giveTo } from './place.ts'
import type { Place } from './place.ts'

export const SUPERUSER = 'fluxolab'

const FLAGS = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth=scram-sha-256',
  '--no-instructions',
  `--username=${SUPERUSER}`,
]
const UNFINISHED = /^(initdb|password)-[0-9a-f]{8}$/

export function hasCluster(place: Place): boolean {
  return existsSync(join(place.cluster, 'PG_VERSION'))
}

/** Makes the cluster of `place` with the superuser's password. */
export async function createCluster(place: Place, password: string): Promise<void> {
  const parent = dirname(place.cluster)
  removeUnfinished(parent)
  const name = randomBytes(4).toString('hex')
  const folder = join(parent, `initdb-${name}`)
  const passwordFile = join(parent, `password-${name}`)
  mkdirSync(folder, { mode: 0o700 })
  giveTo(folder, place.runAs)
  try {
    // Empty and given away first: the password is never in a file that others may read.
    writeFileSync(passwordFile, '', { mode: 0o600, flag: 'wx' })
    giveTo(passwordFile, place.runAs)
    writeFileSync(passwordFile, `${password}\n`)
    await initdb(place, folder, passwordFile)
    renameSync(folder, place.cluster)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}

async function initdb(place: Place, folder: string, passwordFile: string): Promise<void> {
  const args = [...FLAGS, `--pwfile=${passwordFile}`, '--pgdata', folder]
  const failure = await runAlone(place, args).catch(String)
  if (failure === undefined) return
  throw new FluxoError('SETUP_FAILED', {
    message: `PostgreSQL could not make its data folder: ${failure}`,
    field: 'DATA_DIR',
  })
}

/** Runs initdb in its own session, where Ctrl-C in the terminal does not reach it. What it complained of, if it failed. */
async function runAlone(place: Place, args: string[]): Promise<string | undefined> {
  const child = spawn(programOf(place.binaries, 'initdb'), args, {
    ...place.runAs,
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  })
  const [said, [code, signal]] = await Promise.all([text(child.stderr), once(child, 'close')])
  return code === 0 ? undefined : said.trim() || `initdb ended with ${code ?? signal}`
}

function removeUnfinished(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (UNFINISHED.test(name)) rmSync(join(parent, name), { recursive: true, force: true })
  }
}
