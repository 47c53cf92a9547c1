// The kit's promise: a connector is one folder and one line. Telegram was added by it, and nothing else knows its name.

import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const ROOT = `${import.meta.dirname}/../../`
const NAME = 'telegram'

/** Its own folders, and the two lines by which they are found. */
const OWN = [
  /^runtime\/connectors\/telegram\//,
  /^runtime\/sandbox\/telegram\//,
  /^runtime\/connectors\/all\.ts$/,
  /^runtime\/sandbox\/all\.ts$/,
]

it('nothing beside its folders and its two lines names a connector that was added by the kit', () => {
  const files = globSync('{machines,actors,runtime,gateway,web,migrations}/**/*.{ts,vue,json}', {
    cwd: ROOT,
    exclude: (path) => /node_modules|(^|\/)dist(\/|$)/.test(path),
  }).filter((file) => !file.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(500)
  const naming = files.filter((file) =>
    readFileSync(ROOT + file, 'utf8')
      .toLowerCase()
      .includes(NAME),
  )
  expect(naming.filter((file) => OWN.some((own) => own.test(file))).length).toBeGreaterThan(4)
  expect(naming.filter((file) => !OWN.some((own) => own.test(file)))).toEqual([])
})

it.each(['runtime/connectors/all.ts', 'runtime/sandbox/all.ts'])(
  '%s says it in one import and one use',
  (file) => {
    const lines = readFileSync(ROOT + file, 'utf8').split('\n')
    expect(lines.filter((line) => line.toLowerCase().includes(NAME)).length).toBeLessThanOrEqual(2)
  },
)
