// Below npm, the end of npm is meant for us as well, even a kill -9, which npm cannot forward.

import { readFileSync } from 'node:fs'

const POLL_MS = 200

/** Calls `onGone` once when the npm that started this process is gone. Returns how to stop watching. */
export function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return () => {}
  const before = readAncestors()
  const timer = setInterval(() => {
    if (readAncestors() === before) return
    clearInterval(timer)
    onGone()
  }, POLL_MS)
  return () => clearInterval(timer)
}

/** Our parent, and its parent when ours is only the shell that npm put between. */
function readAncestors() {
  const parent = process.ppid
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8')
    const [, name, grandparent] = /\((.*)\) \S (\d+)/.exec(stat)
    return name.endsWith('sh') ? `${parent} ${grandparent}` : `${parent}`
  } catch {
    return `${parent}`
  }
}
