import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('workflow.mjs', import.meta.url))
const examples = fileURLToPath(new URL('../examples/', import.meta.url))

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: examples }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}

test('the workflow script reads files from where the person is and prints', async () => {
  const found = await run('test', 'lead-welcome.json', 'lead-welcome.tests.json', '--json')
  expect(found.code).toBe(0)
  expect(JSON.parse(found.out).tests).toHaveLength(5)
})

test('a missing file is unusable input, said in a sentence', async () => {
  const found = await run('check', 'nowhere.json')
  expect(found).toEqual({ code: 2, out: '', err: 'There is no file nowhere.json\n' })
})
