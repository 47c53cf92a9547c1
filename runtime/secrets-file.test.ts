import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadSecrets } from './secrets-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxolab-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const load = (dataDir: string) =>
  loadSecrets({ dataDir, jwtSecret: undefined, secretsKey: undefined })

describe('loadSecrets', () => {
  test('makes them once, readable by the owner only', () => {
    const dataDir = join(folder, 'new')
    const first = load(dataDir)
    expect(first.masterKey).toHaveLength(32)
    expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32)
    expect(load(dataDir)).toEqual(first)
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
    expect(statSync(dataDir).mode & 0o066).toBe(0)
  })

  test('takes both from the environment without touching the folder', () => {
    const masterKey = Buffer.alloc(32, 3)
    const dataDir = join(folder, 'untouched')
    expect(
      loadSecrets({ dataDir, jwtSecret: 'j'.repeat(40), secretsKey: masterKey.toString('base64') }),
    ).toEqual({ jwtSecret: 'j'.repeat(40), masterKey })
    expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined()
  })

  test('refuses a damaged file by name instead of replacing it', () => {
    writeFileSync(join(folder, 'secrets.json'), '{"jwtSecret":"short"}')
    expect(() => load(folder)).toThrow(/secrets\.json is damaged/)
    writeFileSync(join(folder, 'secrets.json'), '{')
    expect(() => load(folder)).toThrow(/secrets\.json is not valid JSON/)
  })
})
