// Builds the web app when what it is made of changed since the last build.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT } from './paths.mjs'
import { Stop, withProgress } from './progress.mjs'
import { lastLines, runQuietly, withNodeFirst } from './run.mjs'

const MARK = join(ROOT, 'web/dist/.built')
const NOT_SOURCE = /(^|[\\/])(dist|node_modules)([\\/]|$)|[.]test[.]ts$|[.]md$/

/** Builds web/dist with `node` unless it is fresh. */
export async function ensureWebBuild(node) {
  if (!existsSync(join(ROOT, 'web/index.html'))) return
  const hash = hashSources()
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === hash) return
  await withProgress('Building the web app', () => build(node))
  writeFileSync(MARK, hash)
}

async function build(node) {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const options = { env: withNodeFirst(node, { NODE_ENV: 'production' }) }
  const { code, output } = await runQuietly(node, [vite, 'build', 'web'], options)
  if (code !== 0) throw new Stop(`${lastLines(output, 30)}\n\nThe web app could not be built.`)
}

function hashSources() {
  const hash = createHash('sha256')
  const files = ['web', 'machines'].flatMap((folder) => listFiles(join(ROOT, folder))).sort()
  for (const file of [...files, join(ROOT, 'package-lock.json')]) {
    hash.update(`${relative(ROOT, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (NOT_SOURCE.test(relative(ROOT, path))) return []
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}
