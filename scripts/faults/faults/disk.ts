// The disk under PostgreSQL: slow, and full.

import { spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Fault, NotLanded, type Scene, type StagePlan, UNCERTAIN } from '../fault.ts'
import type { Stage } from '../stage/stage.ts'
import { sleep, waitFor } from '../stage/time.ts'
import { inspectAnswers } from './database.ts'
import { epochsOf } from './freezes.ts'

const BLKIO = '/sys/fs/cgroup/blkio'
/** As slow as needed, and no slower: a commit that takes longer than a lease loses it rightly. */
const WRITES_PER_SECOND = [64, 32, 16, 8]
const SLOW_MS = 200
const GROWTH_MB = 100

export const slowDisk: Fault = {
  id: 'F12',
  name: 'slow disk',
  how: 'the writes of PostgreSQL are throttled by cgroup blkio; where that is impossible, COMMITs are held 250 ms by the proxy',
  evidence: ['a commit took ms'],
  conditions: ['no shard changes hands', 'no process grows by more than 100 MB'],
  maxDelayMs: 30_000,
  allow: UNCERTAIN,
  rate: 10,
  inject: async (scene) => {
    const { stage } = scene
    const members = [...stage.gateways, ...stage.workers]
    const memory = members.map((member) => member.memory())
    const epochs = await epochsOf(scene)
    scene.mark('begin', 'disk')
    const heal = await slowDown(scene)
    await sleep(scene.lengthMs)
    const took = await commitTime(stage)
    heal()
    scene.mark('end', 'disk')
    if (took >= SLOW_MS / 2) scene.atMost('a commit took ms', took)
    const after = await epochsOf(scene)
    const moved = [...after].filter(([shard, epoch]) => epoch !== epochs.get(shard)).length
    if (moved > 0) scene.complain(`${moved} shards changed hands`)
    const growth = Math.max(
      ...members.map((member, index) => member.memory() - (memory[index] ?? 0)),
    )
    if (growth > GROWTH_MB * 1024 * 1024)
      scene.complain(`a process grew by ${Math.round(growth / 1024 / 1024)} MB`)
  },
}

/** Whichever way works here; says in the evidence which one it was. */
async function slowDown(scene: Scene): Promise<() => void> {
  const { stage } = scene
  for (const writes of WRITES_PER_SECOND) {
    const free = throttle(stage, writes)
    if (!free) break
    await sleep(1_000)
    if ((await commitTime(stage)) >= SLOW_MS) {
      scene.count('throttled by cgroup')
      return free
    }
    free()
  }
  scene.count('held by the proxy')
  const stops = [...stage.gateways, ...stage.workers].map((member) =>
    member.postgres.watch(({ phase, statement, session }) => {
      if (phase !== 'before' || statement !== 'commit') return null
      setTimeout(() => session.wire.release('up'), SLOW_MS + 50)
      return 'hold'
    }),
  )
  return () => {
    for (const stop of stops) stop()
  }
}

/** A group of its own for the server and what it starts from now on. */
function throttle({ postgres }: Stage, writes: number): (() => void) | null {
  const group = join(BLKIO, `fluxolab-faults-${process.pid}`)
  try {
    if (!existsSync(join(BLKIO, 'blkio.throttle.write_iops_device'))) return null
    const { dev } = statSync(postgres.cluster)
    const device = `${dev >> 8}:${dev & 0xff}`
    mkdirSync(group)
    const limit = `${device} ${writes}`
    writeFileSync(join(group, 'blkio.throttle.write_iops_device'), limit)
    for (const pid of familyOf(postgres.pid())) move(pid, group)
    return () => {
      for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n')) {
        if (pid !== '') move(Number(pid), BLKIO)
      }
      rmdirSync(group)
    }
  } catch {
    return null
  }
}

function move(pid: number, group: string): void {
  try {
    writeFileSync(join(group, 'cgroup.procs'), String(pid))
  } catch {
    // It ended meanwhile.
  }
}

function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return [pid, ...children.split(' ').map(Number).filter(Boolean)]
}

/** How long one small commit takes, straight at the server; the longest of a few. */
async function commitTime({ query }: Stage): Promise<number> {
  let longest = 0
  for (let index = 0; index < 3; index++) {
    const begun = performance.now()
    await query(`insert into workers (id, expires_at) values ('probe_disk', '-infinity')`)
    await query(`delete from workers where id = 'probe_disk'`)
    longest = Math.max(longest, (performance.now() - begun) / 2)
  }
  return Math.round(longest)
}

const DISK_MB = 220
const FULL_MS = { short: 3_000, long: 8_000 }

export const fullDisk: Fault = {
  id: 'F13',
  name: 'disk full',
  how: 'PostgreSQL on a small tmpfs that a file fills up, until the file is removed',
  evidence: ['times full', 'refused for want of room'],
  conditions: ['gateways answer 503 within 3 s and nothing else', 'what was taken is intact'],
  maxDelayMs: 30_000,
  allow: UNCERTAIN,
  stage: () => planSmallDisk(),
  inject: async (scene) => {
    const { stage } = scene
    const mark = stage.history.records.length
    const ballast = join(stage.postgres.cluster, '..', 'ballast')
    scene.mark('begin', 'disk')
    fill(ballast)
    scene.count('times full')
    await sleep(scene.isShort ? FULL_MS.short : FULL_MS.long)
    const refused = stage.history.since(mark).filter(({ type }) => type === 'fail').length
    scene.count('refused for want of room', refused)
    rmSync(ballast)
    await waitFor(async () => {
      if (stage.postgres.pid() === 0) {
        await stage.postgres.start()
        scene.count('started again')
      }
      return stage.query('select 1').then(
        () => true,
        () => null,
      )
    }, 30_000)
    scene.mark('end', 'disk')
    await sleep(scene.lengthMs / 2)
    inspectAnswers(scene, mark)
  },
}

/** Writes until there is no room, which is the point. */
function fill(path: string): void {
  const block = Buffer.alloc(64 * 1024)
  const file = openSync(path, 'w')
  try {
    for (;;) writeSync(file, block)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

function planSmallDisk(): StagePlan {
  const disk = mkdtempSync(join(tmpdir(), 'fluxolab-disk-'))
  const options = `size=${DISK_MB}m,mode=0755`
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk])
  if (mounted.status !== 0) {
    rmdirSync(disk)
    throw new NotLanded('a tmpfs of its own needs root')
  }
  return {
    options: {
      postgres: {
        settings: { min_wal_size: '32MB', max_wal_size: '64MB' },
        place: (place) => {
          const { uid, gid } = place.runAs
          if (uid !== undefined && gid !== undefined) chownSync(disk, uid, gid)
          return { ...place, cluster: join(disk, 'postgres') }
        },
      },
    },
    cleanUp: () => {
      spawnSync('umount', [disk])
      rmdirSync(disk)
    },
  }
}
