// Lines between processes: black holes, slow commits, lost and doubled notifications.

import { type Fault, NOTHING_LEFT, type Scene, UNCERTAIN } from '../fault.ts'
import type { Member } from '../stage/member.ts'
import type { Direction } from '../proxy/link.ts'
import { sleep } from '../stage/time.ts'
import { pidsOf } from './database.ts'
import { epochsOf } from './freezes.ts'

const HOLE_MS = { short: 6_000, long: 20_000 }
const LINES = ['postgres', 'redis', 'provider'] as const
/** One goes as the line breaks, one comes back as it heals, and what it shares with the others settles. */
const MOVES_PER_HOLE = 2

export const partition: Fault = {
  id: 'F11',
  name: 'partition',
  how: 'the proxy is a black hole between one worker and PostgreSQL, Redis or the provider, in one direction or both',
  evidence: ['black holes', 'bytes held back'],
  conditions: [
    'at most one move of a shard as the line breaks and one as it heals',
    'nobody is started anew',
  ],
  maxDelayMs: 15_000,
  allow: UNCERTAIN,
  inject: async (scene) => {
    const { stage, chance } = scene
    const pids = pidsOf(scene)
    const end = performance.now() + scene.lengthMs
    let turn = chance.between(0, LINES.length - 1)
    do {
      const line = LINES[turn % LINES.length] ?? 'postgres'
      turn += 1
      const worker = chance.pick(stage.workers)
      const directions = chance.pick<Direction[]>([['up'], ['down'], ['up', 'down']])
      await digHole(scene, { worker, line, directions })
      await sleep(scene.isShort ? 1_500 : 5_000)
    } while (performance.now() < end)
    if (pidsOf(scene) !== pids) scene.complain('a process did not survive it')
  },
}

async function digHole(
  scene: Scene,
  hole: { worker: Member; line: (typeof LINES)[number]; directions: Direction[] },
): Promise<void> {
  const { worker, line, directions } = hole
  const before = await epochsOf(scene)
  const what = `${worker.name} ${line} ${directions.join('+')}`
  scene.mark('begin', what)
  scene.count('black holes')
  scene.count(`of ${line}`)
  scene.count('bytes held back', worker[line].open())
  worker[line].hold(...directions)
  await sleep(scene.isShort ? HOLE_MS.short : HOLE_MS.long)
  worker[line].heal()
  scene.mark('end', what)
  await sleep(2_000)
  const after = await epochsOf(scene)
  const moves = Math.max(...[...after].map(([shard, epoch]) => epoch - (before.get(shard) ?? 0)))
  scene.atMost('most moves of a shard', moves)
  if (moves > MOVES_PER_HOLE) scene.complain(`a shard changed hands ${moves} times for one hole`)
}

export const notices: Fault = {
  id: 'F24',
  name: 'lost and doubled notifications',
  how: 'the proxy drops two of three NOTIFY and doubles the others',
  evidence: ['notifications lost', 'notifications doubled'],
  conditions: ['what was not told is found within 1 s'],
  maxDelayMs: 2_000,
  allow: NOTHING_LEFT,
  inject: async (scene) => {
    const { stage, chance } = scene
    for (const { postgres } of [...stage.gateways, ...stage.workers]) {
      postgres.onNotification(() => {
        const isLost = chance.happens(0.67)
        scene.count(isLost ? 'notifications lost' : 'notifications doubled')
        return isLost ? 0 : 2
      })
    }
    await sleep(scene.lengthMs)
    for (const { postgres } of [...stage.gateways, ...stage.workers]) postgres.onNotification(null)
  },
}
