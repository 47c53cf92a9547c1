// What is known after a step, and what that step changed. Pure.

import type { JsonObject } from '#machines/contracts/json.ts'
import type { Simulation } from '#machines/contracts/simulation.ts'
import { flattenFacts } from '../ui/flatten-facts.ts'

export interface Fact {
  /** `vars.total`, `contact.tags` */
  path: string
  /** Null: it is not there. */
  value: string | null
  /** Before this step; undefined where it did not change. */
  before?: string | null
}

/** All that is known after a step, what changed first. */
export function factsAt({ trace }: Simulation, step: number): Fact[] {
  const after = linesOf(trace?.steps[step])
  const before = step > 0 ? linesOf(trace?.steps[step - 1]) : new Map<string, string>()
  const paths = [...new Set([...after.keys(), ...before.keys()])]
  const facts = paths.map((path): Fact => {
    const [was, value] = [before.get(path) ?? null, after.get(path) ?? null]
    return was === value || (step === 0 && path.startsWith('contact.'))
      ? { path, value }
      : { path, value, before: was }
  })
  return facts.toSorted((a, b) => Number(b.before !== undefined) - Number(a.before !== undefined))
}

/** How many facts each step changed. */
export function changeCounts(simulation: Simulation): number[] {
  return simulation.steps.map(
    (_, step) => factsAt(simulation, step).filter(({ before }) => before !== undefined).length,
  )
}

function linesOf(known: { vars: JsonObject; contact: object } | undefined): Map<string, string> {
  if (!known) return new Map()
  const { name, phone, email, tags, fields, consents } = known.contact as JsonObject
  const contact = { name, phone, email, tags, fields, consents }
  const told = Object.entries(contact).filter(([, value]) => value !== null && value !== undefined)
  return new Map([
    ...flattenFacts(known.vars, 'vars.'),
    ...flattenFacts(Object.fromEntries(told) as JsonObject, 'contact.').filter(
      ([, value]) => value !== '',
    ),
  ])
}
