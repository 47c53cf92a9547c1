// Faults put together: one after the other under the same load, or two at once.

import { type Fault, type Scene, UNCERTAIN } from '../fault.ts'

/** One after the other; everything that each of them asks for must hold. */
export function inSequence(faults: readonly Fault[]): Fault {
  return {
    id: faults.map(({ id }) => id).join('+'),
    name: faults.map(({ name }) => name).join(', then '),
    how: 'one after the other under one load',
    evidence: [...new Set(faults.flatMap(({ evidence }) => evidence))],
    conditions: [...new Set(faults.flatMap(({ conditions }) => conditions))],
    maxDelayMs: Math.max(...faults.map(({ maxDelayMs }) => maxDelayMs)),
    allow: {
      uncertain: faults.some(({ allow }) => allow.uncertain),
      dead: faults.some(({ allow }) => allow.dead),
    },
    rate: Math.max(...faults.map(({ rate = 0 }) => rate)) || 25,
    inject: async (scene) => {
      for (const fault of faults) await fault.inject(scene)
    },
    inspect: async (scene) => {
      for (const fault of faults) await fault.inspect?.(scene)
    },
  }
}

/**
 * Two of them at a time, drawn anew for each turn. What a single fault promises of time or of answers does not hold
 * while another one strikes; C1 to C7 do.
 */
export function createPairs(faults: readonly Fault[]): Fault {
  return {
    id: 'F26',
    name: 'two faults at once',
    how: `random pairs of ${faults.map(({ id }) => id).join(', ')}`,
    evidence: ['pairs'],
    conditions: [],
    maxDelayMs: 30_000,
    allow: UNCERTAIN,
    inject: async (scene) => {
      const end = performance.now() + scene.lengthMs
      do {
        const first = scene.chance.pick(faults)
        const second = scene.chance.pick(faults.filter(({ id }) => id !== first.id))
        scene.count('pairs')
        scene.count(`${first.id} with ${second.id}`)
        const alone: Scene = { ...scene, isShort: true, lengthMs: 4_000, complain: () => {} }
        await Promise.all([first, second].map((fault) => fault.inject(alone)))
        await scene.stage.restore()
      } while (performance.now() < end)
    },
  }
}
