// Finds a Node that runs our TypeScript: the one that came with the dependencies, else this one when it is new enough.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { Stop } from './progress.mjs'

const OLDEST = [24, 7]

/** Path of Node 24. */
export function findNode() {
  const windows = process.platform === 'win32'
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`
  const packaged = join(ROOT, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
  if (existsSync(packaged)) return packaged
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return process.execPath
  throw new Stop(
    `Node ${OLDEST.join('.')} or newer is needed and this is ${process.versions.node}. ` +
      `The package ${name} would bring it: run npm ci --include=optional, or install Node 24.`,
  )
}
