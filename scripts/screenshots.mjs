// `npm run screenshots`: takes every picture in docs/screenshots anew and writes the list of them.

import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies } from './lib/dependencies.mjs'
import { findNode } from './lib/node-24.mjs'
import { ROOT } from './lib/paths.mjs'
import { runMain } from './lib/progress.mjs'
import { runForeground, withNodeFirst } from './lib/run.mjs'
import { ensureWebBuild } from './lib/web-build.mjs'

const FOLDER = join(ROOT, 'docs/screenshots')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

await runMain(async () => {
  await ensureDependencies()
  const node = findNode()
  await ensureWebBuild(node)
  // One of a state that is no more would stay.
  for (const name of readdirSync(FOLDER)) if (name.endsWith('.png')) rmSync(join(FOLDER, name))
  const command = [VITEST, 'run', '--project', 'e2e', 'gateway/pages.e2e.test.ts']
  return runForeground(node, command, { env: withNodeFirst(node, { FLUXO_PICTURES: FOLDER }) })
})
