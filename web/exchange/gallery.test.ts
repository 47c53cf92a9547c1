import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { compile } from '#machines/compile/compile.ts'
import { GALLERY, loadExample } from './gallery.ts'

const FOLDER = `${import.meta.dirname}/../../examples`

it('offers every example that is whole, with the number of its tests', () => {
  const whole = readdirSync(FOLDER).filter((name) => name.endsWith('.tests.json'))
  const told = GALLERY.map(({ id, tests }) => `${id} ${tests}`).toSorted()
  const counted = whole.map((name) => {
    const tests = JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as unknown[]
    return `${name.replace('.tests.json', '')} ${tests.length}`
  })
  expect(told).toEqual(counted.toSorted())
})

it('loads documents that the checks take', async () => {
  for (const { id } of GALLERY) {
    const { document, tests } = await loadExample(id)
    expect([id, compile(document).workflow === null, tests.length > 0]).toEqual([id, false, true])
  }
  await expect(loadExample('nothing')).rejects.toThrow('nothing')
})
