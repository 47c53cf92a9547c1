// `npm run check`: format, lint, types, import law, unused code, then the tests. All findings of the first five are
// shown before it gives up. `-- --no-tests` leaves the tests out; naming steps runs only those (`-- lint types`).

import { join } from 'node:path'
import { ensureDependencies } from './lib/dependencies.mjs'
import { checkLaw } from './lib/law.mjs'
import { findNode } from './lib/node-24.mjs'
import { ROOT } from './lib/paths.mjs'
import { formatSeconds, runMain } from './lib/progress.mjs'
import { runForeground, withNodeFirst } from './lib/run.mjs'
import { runTests } from './lib/tests.mjs'
import { ensureWebBuild } from './lib/web-build.mjs'

/** A step that runs a tool of node_modules and passes when it exits with 0. */
const tool =
  (script, ...args) =>
  async (node) => {
    const command = [join(ROOT, 'node_modules', script), ...args]
    return (await runForeground(node, command, { env: withNodeFirst(node) })) === 0
  }

const STEPS = {
  format: tool('oxfmt/bin/oxfmt', '--check', '.'),
  lint: tool('oxlint/bin/oxlint'),
  types: tool('@typescript/native/bin/tsc', '-p', '.'),
  'web types': tool('vue-tsc/bin/vue-tsc.js', '-p', 'web'),
  'import law': async (node) => checkLaw(ROOT, node),
  'unused code': tool('knip/bin/knip.js', '--no-config-hints', '--no-progress'),
}

async function runStep(name, node) {
  console.log(`\n── ${name}`)
  const start = performance.now()
  const passed = await STEPS[name](node)
  console.log(`${passed ? 'ok' : 'FAILED'} (${formatSeconds(performance.now() - start)})`)
  return passed
}

await runMain(async () => {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const named = words.filter((word) => word in STEPS)
  const withTests = named.length === 0 && !process.argv.includes('--no-tests')
  await ensureDependencies()
  const node = findNode()
  const failed = []
  for (const name of named.length > 0 ? named : Object.keys(STEPS)) {
    if (!(await runStep(name, node))) failed.push(name)
  }
  if (failed.length > 0) {
    console.log(`\nFailed: ${failed.join(', ')}`)
    return 1
  }
  if (!withTests) return 0
  console.log('\n── tests')
  await ensureWebBuild(node)
  return runTests(node, [])
})
