// `npm run -s dispatch`: whether a restore keeps sends back; with `--release` they leave again. For whoever runs the
// installation, with its DATABASE_URL. Runs itself again on Node 24 when needed.

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensureDependencies } from './lib/dependencies.mjs'
import { findNode } from './lib/node-24.mjs'
import { runForeground } from './lib/run.mjs'

const UNUSABLE = 2
const USAGE = `DATABASE_URL=… npm run -s dispatch [-- --release [--tried hold|send] [--untried hold|send]]
Without --release it only looks. hold, the default, keeps what may have left already for people to decide.`
const options = {
  release: { type: 'boolean', default: false },
  tried: { type: 'string', default: 'hold' },
  untried: { type: 'string', default: 'hold' },
  help: { type: 'boolean', default: false },
}

async function main() {
  await ensureDependencies()
  if (Number(process.versions.node.split('.')[0]) < 24) {
    const self = fileURLToPath(import.meta.url)
    return runForeground(findNode(), [self, ...process.argv.slice(2)], { cwd: process.cwd() })
  }
  const { values } = parseArgs({ options })
  const { release, tried, untried } = values
  const isGood = [tried, untried].every((how) => how === 'hold' || how === 'send')
  const { DATABASE_URL: databaseUrl } = process.env
  if (values.help || !isGood || !databaseUrl) throw new Error(USAGE)
  const { operateGate } = await import(new URL('../runtime/index.ts', import.meta.url).href)
  const lines = await operateGate(databaseUrl, release ? { tried, untried, by: 'operator' } : null)
  process.stdout.write(`${lines.join('\n')}\n`)
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = UNUSABLE
}
