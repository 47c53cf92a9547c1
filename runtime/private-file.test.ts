import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isRoot, prepareDataDir } from './private-file.ts'

test('the data folder and those above it are made, and one that exists keeps its mode', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxolab-private-'))
  try {
    const dataDir = join(folder, 'a/b/data')
    prepareDataDir(dataDir)
    expect(statSync(dataDir).mode & 0o777).toBe(isRoot() ? 0o711 : 0o700)
    mkdirSync(join(folder, 'open'), { mode: 0o750 })
    prepareDataDir(join(folder, 'open'))
    expect(statSync(join(folder, 'open')).mode & 0o777).toBe(0o750)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.runIf(process.platform === 'linux')('a folder that cannot be is refused at once', () => {
  const url = new URL('private-file.ts', import.meta.url).href
  const code = `import(${JSON.stringify(url)}).then((m) => m.prepareDataDir('/proc/fluxolab/data'))
    .catch((error) => console.log(error.code, error.message))`
  const said = execFileSync(process.execPath, ['-e', code], { encoding: 'utf8', timeout: 8_000 })
  expect(said).toMatch(/SETUP_FAILED .*DATA_DIR/)
})
