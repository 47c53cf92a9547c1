// `npm run -s workflow -- check|simulate|paths|test|diff|export FILE …`: the workflow language at the terminal. Reads the
// files and prints; what a command does is in machines/simulate/command.ts. Runs itself again on Node 24 when needed.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureDependencies } from './lib/dependencies.mjs'
import { findNode } from './lib/node-24.mjs'
import { Stop } from './lib/progress.mjs'
import { runForeground } from './lib/run.mjs'

const UNUSABLE = 2
const words = process.argv.slice(2)

/** npm starts scripts in the checkout's root; file names are meant from where the person is. */
const place = process.env.npm_lifecycle_event === 'workflow' ? process.env.INIT_CWD : undefined

async function main() {
  await ensureDependencies()
  if (Number(process.versions.node.split('.')[0]) < 24) {
    const self = fileURLToPath(import.meta.url)
    return runForeground(findNode(), [self, ...words], { cwd: process.cwd() })
  }
  const face = new URL('../machines/simulate/command.ts', import.meta.url)
  const { parseCall, runCall, USAGE } = await import(face.href)
  if (words.includes('--help') || words[0] === 'help') return print(USAGE, 0)
  const call = parseCall(words)
  if (typeof call === 'string') return print(call, UNUSABLE)
  const texts = await Promise.all(call.files.map(readText))
  const { code, text } = runCall(call, texts)
  return print(text, code)
}

async function readText(name) {
  try {
    return await readFile(resolve(place ?? process.cwd(), name), 'utf8')
  } catch (error) {
    throw new Stop(
      error.code === 'ENOENT'
        ? `There is no file ${name}`
        : `${name} cannot be read: ${error.message}`,
    )
  }
}

function print(text, code) {
  const stream = code === UNUSABLE && !text.startsWith('{') ? process.stderr : process.stdout
  stream.write(`${text}\n`)
  return code
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Stop ? error.message : error.stack}\n`)
  process.exitCode = UNUSABLE
}
