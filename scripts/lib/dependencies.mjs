// Sees to it that node_modules holds what the lock says. A stamp with the lock's hash makes that a matter of
// milliseconds; an installation made by hand is recognised and kept.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { Stop, withProgress } from './progress.mjs'
import { lastLines, runQuietly } from './run.mjs'

const LOCK = join(ROOT, 'package-lock.json')
const STAMP = join(ROOT, 'node_modules/.fluxolab-lock')

/** Installs the locked dependencies unless they are there. */
export async function ensureDependencies() {
  const lock = readFileSync(LOCK)
  const hash = createHash('sha256').update(lock).digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return
  if (!isInstalled(JSON.parse(lock))) {
    await withProgress('Installing dependencies (once, about a minute)', install)
  }
  writeStamp(hash)
}

function writeStamp(hash) {
  try {
    writeFileSync(STAMP, hash)
  } catch {
    // Somebody else's installation: it is compared with the lock again next time.
  }
}

/** npm's own record of what it installed, compared with the lock. */
function isInstalled(lock) {
  const record = join(ROOT, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(lock.packages).every(([path, wanted]) => {
    const found = installed[path]
    if (found) return found.integrity === wanted.integrity
    return path === '' || wanted.optional === true || wanted.devOptional === true
  })
}

async function install() {
  const { program, args, options } = findNpm()
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await runQuietly(program, [...args, ...flags], options)
  if (code === 0) return
  throw new Stop(
    `${lastLines(output)}\n\nnpm ci failed. Check the network and the registry (npm config get registry), ` +
      'then run: npm ci',
  )
}

/** The npm that started us, else the one in PATH. */
function findNpm() {
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return { program: process.execPath, args: [script], options: {} }
  const windows = process.platform === 'win32'
  return { program: 'npm', args: [], options: { shell: windows } }
}
