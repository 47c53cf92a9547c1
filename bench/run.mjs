// `npm run bench`: the project's dependencies, those of the peers, then bench/main.ts on Node 24 with our words. With
// `web` as the first one it is bench/web.ts, which has no peers.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies } from '../scripts/lib/dependencies.mjs'
import { findNode } from '../scripts/lib/node-24.mjs'
import { ROOT } from '../scripts/lib/paths.mjs'
import { runMain, Stop, withProgress } from '../scripts/lib/progress.mjs'
import { lastLines, runForeground, runQuietly, withNodeFirst } from '../scripts/lib/run.mjs'

const FOLDER = join(ROOT, 'bench')
const STAMP = join(FOLDER, 'node_modules/.bench-lock')

/** Installs the peers as locked unless they are there. No package of theirs runs a script. */
async function ensurePeers() {
  const hash = createHash('sha256')
    .update(readFileSync(join(FOLDER, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return
  await withProgress('Installing what FluxoLab is measured against', async () => {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const options = { cwd: FOLDER, shell: process.platform === 'win32' }
    const { code, output } = await runQuietly('npm', args, options)
    if (code !== 0) throw new Stop(`${lastLines(output)}\n\nnpm ci in bench/ failed`)
  })
  writeFileSync(STAMP, hash)
}

await runMain(async () => {
  await ensureDependencies()
  const [first, ...others] = process.argv.slice(2)
  const isWeb = first === 'web'
  if (!isWeb) await ensurePeers()
  const node = findNode()
  const words = isWeb ? others : process.argv.slice(2)
  // A build for people is another one than a build for developing.
  const env = withNodeFirst(node, isWeb ? { NODE_ENV: 'production' } : {})
  return runForeground(node, [join(FOLDER, isWeb ? 'web.ts' : 'main.ts'), ...words], { env })
})
