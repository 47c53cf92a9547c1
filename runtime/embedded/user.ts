// As which user PostgreSQL runs. It refuses to run as root, so root lends it `nobody`, or whoever owns the cluster.

import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { isRoot } from '../private-file.ts'

/** Fits into the options of `spawn`; empty means the user of this process. */
export interface RunAs {
  uid?: number
  gid?: number
}

const NOBODY = 65534

/** Who runs the cluster in `folder`; the folder need not exist. */
export function chooseUser(folder: string): RunAs {
  if (!isRoot()) return {}
  const owner = statSync(folder, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return findNobody()
}

function findNobody(): RunAs {
  for (const line of readPasswd()) {
    const [name, , uid, gid] = line.split(':')
    if (name === 'nobody') return { uid: toId(uid), gid: toId(gid) }
  }
  return { uid: NOBODY, gid: NOBODY }
}

/** macOS writes `-2`, which is meant as an unsigned number. */
function toId(text: string | undefined): number {
  return Number(text) >>> 0
}

function readPasswd(): string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n')
  } catch {
    return []
  }
}

/** True when `runAs` can enter, read and write `folder`; asked of the system, not computed from mode bits. */
export function canUse(folder: string, runAs: RunAs): boolean {
  if (runAs.uid === undefined) return true
  const probe = 'cd "$0" && [ -r . ] && [ -w . ] && [ -x . ]'
  const run = spawnSync('/bin/sh', ['-c', probe, folder], {
    ...runAs,
    cwd: '/',
    stdio: 'ignore',
  })
  return run.status === 0
}
