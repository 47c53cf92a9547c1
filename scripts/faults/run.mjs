// `npm run faults`: the project's dependencies, then scripts/faults/main.ts on Node 24 with our words.

import { join } from 'node:path'
import { ensureDependencies } from '../lib/dependencies.mjs'
import { findNode } from '../lib/node-24.mjs'
import { ROOT } from '../lib/paths.mjs'
import { runMain } from '../lib/progress.mjs'
import { runForeground, withNodeFirst } from '../lib/run.mjs'

await runMain(async () => {
  await ensureDependencies()
  const node = findNode()
  return runForeground(node, [join(ROOT, 'scripts/faults/main.ts'), ...process.argv.slice(2)], {
    env: withNodeFirst(node),
  })
})
