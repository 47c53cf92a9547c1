// How an effect ends, put into the script right after the entry that made the effect. Pure.

import type { Json } from '#machines/contracts/json.ts'
import type { Simulation } from '#machines/contracts/simulation.ts'
import type { ScriptEntry } from '#machines/simulate/script.ts'
import type { Plan } from './plan.ts'

export type Outcome = { output: Json } | { error: { code: string; message: string } }
export type SimulatedEffect = Simulation['effects'][number]

/**
 * The plan in which an effect ends as said; null: by itself, as where the script says nothing.
 * @param simulation of this very plan, with its trace
 */
export function withResult(
  plan: Plan,
  simulation: Simulation,
  { effectId, outcome }: { effectId: string; outcome: Outcome | null },
): Plan {
  const effect = simulation.effects.find(({ id }) => id === effectId)
  const cause = causeOf(simulation, effectId)
  if (!effect || cause === null) return plan
  const said = entrySaying(plan, simulation, effect)
  if (said !== null) return replaced(plan, said, outcome && resultOf(effect.nodeId, outcome))
  if (outcome === null) return plan
  const earlier = earlierOnes(plan, simulation, { effect, cause })
  const added = [
    ...earlier.map((one) => ({ result: resultOf(one.nodeId, outcomeOf(one)) })),
    { result: resultOf(effect.nodeId, outcome) },
  ]
  return { ...plan, entries: plan.entries.toSpliced(placeFor(plan, cause, effect), 0, ...added) }
}

/** True when the script says how this effect ends. */
export function isSaid(plan: Plan, simulation: Simulation, effect: SimulatedEffect): boolean {
  return entrySaying(plan, simulation, effect) !== null
}

/** How it ended; one that is still open as if it had succeeded. */
export function outcomeOf({ output, error }: SimulatedEffect): Outcome {
  return error ? { error } : { output: output ?? {} }
}

/** Entry of the script in which an effect was asked for, -1 for the start; null when nothing asked for it. */
function causeOf({ steps }: Simulation, effectId: string): number | null {
  const step = steps.find(({ effects }) => effects.some(({ id }) => id === effectId))
  return step ? (step.index ?? -1) : null
}

/** Index of the entry that gave an effect its result; null when it came by itself. */
function entrySaying(
  { entries }: Plan,
  { steps, trace }: Simulation,
  { id, nodeId }: SimulatedEffect,
): number | null {
  const settled = trace?.settled[id]
  if (settled === undefined) return null
  const index = steps[settled]?.index ?? null
  if (index === null || entries[index]?.result?.node !== nodeId) return null
  // Of the results in one entry the script's own is the first; those after it follow by themselves.
  const first = steps.findIndex(
    (step) => step.index === index && /^effect\.(done|failed)$/.test(step.event),
  )
  return first === settled ? index : null
}

function replaced(plan: Plan, index: number, result: ScriptEntry['result'] | null): Plan {
  const { result: _, ...rest } = plan.entries[index] ?? {}
  const entry = { ...rest, ...(result && { result }) }
  const added = Object.keys(entry).length === 0 ? [] : [entry]
  return { ...plan, entries: plan.entries.toSpliced(index, 1, ...added) }
}

/** A result goes to the oldest open effect of its node: those before it get the results that they had. */
function earlierOnes(
  plan: Plan,
  simulation: Simulation,
  { effect, cause }: { effect: SimulatedEffect; cause: number },
): SimulatedEffect[] {
  const place = simulation.effects.indexOf(effect)
  return simulation.effects
    .slice(0, place)
    .filter(({ nodeId }) => nodeId === effect.nodeId)
    .filter((one) => causeOf(simulation, one.id) === cause && !isSaid(plan, simulation, one))
}

/** After the entry that asked for it, and after results for the same node that are there already. */
function placeFor({ entries }: Plan, cause: number, { nodeId }: SimulatedEffect): number {
  let place = cause + 1
  while (entries[place]?.result?.node === nodeId) place += 1
  return place
}

function resultOf(node: string, outcome: Outcome): NonNullable<ScriptEntry['result']> {
  return { node, ...outcome }
}
