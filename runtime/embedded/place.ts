// Where the cluster and its binaries live: in the data folder whenever the user that runs PostgreSQL can work
// there; else, only as root, below /var/lib/fluxolab or /var/tmp. Nothing else on the host is changed.

import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
} from 'node:fs'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FluxoError } from '#machines/contracts/errors.ts'
import { canRun, copyBinaries, findBinaries, linkLibraries } from './binaries.ts'
import { canUse, chooseUser } from './user.ts'
import type { RunAs } from './user.ts'

export interface Place {
  /** PostgreSQL's data directory; it may not exist yet. */
  cluster: string
  runAs: RunAs
  /** Folder with `bin/`, `lib/` and `share/`. */
  binaries: string
}

/** Finds a place that works for a data folder. `id` names the cluster outside of it. */
export function findPlace(dataDir: string, id: string): Place {
  const outside = [`/var/lib/fluxolab/${id}`, `/var/tmp/fluxolab-${id}`]
  const parents = [dataDir, ...outside]
  const existing = parents.find((parent) => existsSync(join(clusterIn(parent), 'PG_VERSION')))
  const runAs = chooseUser(clusterIn(existing ?? dataDir))
  const asRoot = runAs.uid !== undefined
  const candidates = existing ? [existing] : asRoot ? parents : [dataDir]
  const parent = candidates.find((folder) => isUsable(folder, dataDir, runAs))
  if (parent === undefined) throw noPlace(candidates)
  const copies = asRoot ? [...new Set([parent, ...outside])] : [dataDir]
  return {
    cluster: clusterIn(parent),
    runAs,
    binaries: findRunnable(copies, dataDir, runAs),
  }
}

function clusterIn(parent: string): string {
  return join(parent, 'postgres')
}

function noPlace(tried: string[]): FluxoError {
  return new FluxoError('SETUP_FAILED', {
    message: `PostgreSQL cannot work in ${tried.join(' nor in ')}: choose another folder with DATA_DIR, or open this one to the user who runs it`,
    field: 'DATA_DIR',
  })
}

function isUsable(parent: string, dataDir: string, runAs: RunAs): boolean {
  try {
    if (parent !== dataDir) makeOutside(parent)
    if (runAs.uid === undefined)
      accessSync(parent, constants.R_OK | constants.W_OK | constants.X_OK)
    return existsSync(clusterIn(parent))
      ? canUse(clusterIn(parent), runAs)
      : canUseNewFolder(parent, runAs)
  } catch {
    return false
  }
}

function canUseNewFolder(parent: string, runAs: RunAs): boolean {
  const probe = mkdtempSync(join(parent, '.probe-'))
  try {
    giveTo(probe, runAs)
    return canUse(probe, runAs)
  } finally {
    rmSync(probe, { recursive: true, force: true })
  }
}

/** Hands a folder to the user that runs PostgreSQL. */
export function giveTo(path: string, { uid, gid }: RunAs): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

/** Makes a folder outside of the data folder, and refuses one that somebody else could have put there. */
function makeOutside(folder: string): void {
  const shared = dirname(folder)
  if (shared.endsWith('/fluxolab')) makeOwn(shared)
  makeOwn(folder)
}

const OPEN_TO_PASS = 0o711

/** Others may pass through to what is theirs, whatever the umask of this or an earlier start took away. */
function makeOwn(folder: string): void {
  try {
    mkdirSync(folder, { mode: OPEN_TO_PASS })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = lstatSync(folder)
  const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
  if (!ours) throw noPlace([folder])
  if ((found.mode & 0o777) !== OPEN_TO_PASS) chmodSync(folder, OPEN_TO_PASS)
}

/** The installed binaries when they run as they are, else a copy that does. */
function findRunnable(parents: string[], dataDir: string, runAs: RunAs): string {
  const installed = findBinaries()
  linkLibraries(installed.folder)
  if (canRun(installed.folder, runAs)) return installed.folder
  for (const parent of parents) {
    try {
      if (parent !== dataDir) makeOutside(parent)
      const copy = copyBinaries(installed, copyParent(parent))
      if (canRun(copy, runAs)) return copy
    } catch {
      // Not here: full, read-only or somebody else's.
    }
  }
  throw new FluxoError('SETUP_FAILED', {
    message: `the embedded PostgreSQL binaries do not run from ${[installed.folder, ...parents].join(' nor from ')}: set DATABASE_URL to a PostgreSQL 18`,
    field: 'DATABASE_URL',
  })
}

/** Clusters outside of their data folders share one copy. */
function copyParent(parent: string): string {
  return dirname(parent).endsWith('/fluxolab') ? dirname(parent) : parent
}
