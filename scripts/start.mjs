// `npm start`: dependencies, web app, then gateway/main.ts on Node 24 with our arguments and our terminal.

import { join } from 'node:path'
import { ensureDependencies } from './lib/dependencies.mjs'
import { findNode } from './lib/node-24.mjs'
import { ROOT } from './lib/paths.mjs'
import { runMain } from './lib/progress.mjs'
import { runForeground, withNodeFirst } from './lib/run.mjs'
import { ensureWebBuild } from './lib/web-build.mjs'

/** V8 lets what is young grow to 128 MiB on a large machine, which buys nothing here. */
const YOUNG_HEAP = '--max-semi-space-size=16'

await runMain(async () => {
  await ensureDependencies()
  const node = findNode()
  await ensureWebBuild(node)
  const follow = new URL('./lib/follow-parent.mjs', import.meta.url).href
  const main = join(ROOT, 'gateway/main.ts')
  const args = [YOUNG_HEAP, '--import', follow, main, ...process.argv.slice(2)]
  return runForeground(node, args, {
    cwd: process.cwd(),
    env: withNodeFirst(node),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
})
