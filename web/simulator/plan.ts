// The conversation of the simulator as a script: how it starts, for whom, and what happens, entry by entry. Pure.

import type { ContactFacts } from '#machines/contracts/contact.ts'
import { isJsonObject, type JsonObject } from '#machines/contracts/json.ts'
import type { WorkflowTest } from '#machines/contracts/workflow-tests.ts'
import type { ScriptEntry } from '#machines/simulate/script.ts'

export interface StartEvent {
  /** Left out: the trigger's own. */
  type?: string
  payload?: JsonObject
  source?: string
}

export interface Plan {
  /** Null: the first entry that passes the trigger, else a sample event. */
  start: StartEvent | null
  /** Null: who the start's payload tells of. */
  contact: Partial<ContactFacts> | null
  /** IANA zone. */
  zone: string
  /** ISO 8601 instant of the start; null: the simulator's own. */
  at: string | null
  /** Effects that no entry gives a result for succeed at once. */
  automatic: boolean
  entries: readonly ScriptEntry[]
}

/** How often an event may come, and how long it may take, until the page says that it is too much. */
export const MAX_ENTRIES = 1000

export function emptyPlan(start: StartEvent | null, zone: string): Plan {
  return { start, contact: null, zone, at: null, automatic: true, entries: [] }
}

/** The same run from its start: who and how stay, what happened is forgotten. */
export function restarted(plan: Plan): Plan {
  return { ...plan, entries: [] }
}

/** Options of `simulate` for this plan. */
export function optionsOf({ start, contact, zone, at, automatic }: Plan): JsonObject {
  return {
    ...(start && { start: { ...start } }),
    ...(contact && { contact: { ...contact } as JsonObject }),
    ...(at !== null && { at }),
    zone,
    autoResults: automatic,
    trace: true,
  }
}

/** The plan as a test that is kept; its results are the automatic ones where the script has none. */
export function testOf(
  { start, contact, zone, at, entries }: Plan,
  { name, expect }: Pick<WorkflowTest, 'name' | 'expect'>,
): WorkflowTest {
  return {
    name,
    script: [...entries],
    ...(start && { start }),
    ...(contact && { contact }),
    ...(at !== null && { at }),
    zone,
    expect,
  }
}

/** A kept test as a plan. What is wrong in its script stays: `simulate` says where. */
export function planOf(test: WorkflowTest, zone: string): Plan {
  const { start, contact, at } = test
  return {
    start: isJsonObject(start) ? (start as StartEvent) : null,
    contact: isJsonObject(contact) ? (contact as Partial<ContactFacts>) : null,
    zone: typeof test.zone === 'string' ? test.zone : zone,
    at: typeof at === 'string' ? at : null,
    automatic: true,
    entries: test.script as ScriptEntry[],
  }
}
