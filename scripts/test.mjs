// `npm test`: dependencies, web app, then all tests; arguments go to vitest (`npm test -- --project unit`).

import { ensureDependencies } from './lib/dependencies.mjs'
import { findNode } from './lib/node-24.mjs'
import { runMain } from './lib/progress.mjs'
import { runTests } from './lib/tests.mjs'
import { ensureWebBuild } from './lib/web-build.mjs'

await runMain(async () => {
  await ensureDependencies()
  const node = findNode()
  await ensureWebBuild(node)
  return runTests(node, process.argv.slice(2))
})
