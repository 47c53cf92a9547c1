// Small files that only the owner may read (0600), replaced as a whole, so that a crash never leaves half a file.

import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { FluxoError } from '#machines/contracts/errors.ts'

/** Writes `content` to `path` with mode 0600, atomically. */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.new`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** The file's text, or undefined when there is no file. */
export function readPrivateFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Parses a private JSON file; undefined when there is none, SETUP_FAILED naming it when it is not JSON. */
export function readPrivateJson(path: string): unknown {
  const text = readPrivateFile(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new FluxoError('SETUP_FAILED', { message: `${path} is not valid JSON`, cause })
  }
}

/**
 * Makes the data folder. Only its owner may list it; as root others may pass through to what is theirs,
 * because PostgreSQL then runs as another user. A folder that exists keeps its mode.
 */
export function prepareDataDir(dataDir: string): void {
  try {
    if (makeFolder(dataDir)) chmodSync(dataDir, isRoot() ? 0o711 : 0o700)
  } catch (cause) {
    throw new FluxoError('SETUP_FAILED', {
      message: `cannot create the data folder ${dataDir} (DATA_DIR): ${(cause as Error).message}`,
      field: 'DATA_DIR',
      cause,
    })
  }
}

/**
 * Makes a folder and those above it; false when it was there. Not Node's recursive mkdir, which tries for ever
 * where the system answers that an existing parent does not exist, as below /proc.
 */
function makeFolder(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false
  if (!existsSync(dirname(path))) makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o755 })
    return true
  } catch (error) {
    // Another process that starts at the same time may have been first.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false
    throw error
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}
