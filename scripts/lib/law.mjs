// Runs the import law and prints what breaks it. A cruise that saw no file of a folder is a failure as well,
// because the tool reports success when its TypeScript cannot parse anything.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = [
  'machines',
  'actors',
  'runtime',
  'gateway',
  'web',
  'migrations',
  'bench',
  'scripts',
]
const SOURCE = /(?<![.]d)[.](ts|mjs|vue)$/

function hasSources(folder) {
  if (!existsSync(folder)) return false
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && SOURCE.test(entry.name) && !entry.parentPath.includes('dist'),
  )
}

function cruise(root, node, folders) {
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [bin, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders]
  const run = spawnSync(node, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  try {
    return JSON.parse(run.stdout)
  } catch {
    throw new Error(`dependency-cruiser failed:\n${run.stderr || run.stdout}`)
  }
}

function describe({ rule, from, to, cycle, comment }) {
  const target = cycle?.length ? cycle.map((step) => step.name ?? step).join(' → ') : to
  return `  ${rule.name}: ${from} → ${target}${comment ? `\n    ${comment}` : ''}`
}

/** Prints violations and returns true when there are none. `node` is the path of Node 24. */
export function checkLaw(root, node) {
  const folders = FOLDERS.filter((folder) => hasSources(join(root, folder)))
  const { modules, summary } = cruise(root, node, folders)
  const own = modules.filter((module) => !module.coreModule && !/node_modules/.test(module.source))
  const unseen = folders.filter((folder) => !own.some((m) => m.source.startsWith(`${folder}/`)))
  const errors = summary.violations.filter((violation) => violation.rule.severity === 'error')
  for (const violation of errors) console.log(describe(violation))
  for (const folder of unseen) console.log(`  not one file of ${folder}/ was looked at`)
  console.log(`  ${own.length} files, ${errors.length} violations`)
  return own.length > 0 && errors.length === 0 && unseen.length === 0
}
