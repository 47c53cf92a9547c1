// What two contacts that turn out to be one person are together: which runs stand in each other's way, and what holds
// where both know something.

import type { RunState } from '#machines/run/run-state.ts'
import type { Library } from './library.ts'
import { versionOf } from './run-steps.ts'
import type { ContactState } from './snapshot.ts'

/** A run that cannot go on beside another one. */
export interface Clash {
  /** The run that ends. */
  stops: string
  /** The run that goes on. */
  keeps: string
  why: 'exclusive_group' | 'same_workflow'
}

/**
 * Runs that nobody could have started beside each other: of one exclusive group, the one of lower priority ends; of
 * one workflow that a contact may not be in twice, and of two in one group with the same priority, the source's.
 * @param library must hold every version that the runs follow
 */
export function clashesOf(
  target: readonly RunState[],
  source: readonly RunState[],
  library: Library,
): Clash[] {
  const clashes: Clash[] = []
  const isOver = (run: RunState): boolean => clashes.some(({ stops }) => stops === run.id)
  for (const theirs of topOf(source)) {
    for (const ours of topOf(target)) {
      if (isOver(ours) || isOver(theirs)) continue
      const clash = clashOf(ours, theirs, library)
      if (clash) clashes.push(clash)
    }
  }
  return clashes
}

/** A run that another one runs ends with it. */
function topOf(runs: readonly RunState[]): RunState[] {
  return runs.filter(({ parent }) => !parent)
}

function clashOf(ours: RunState, theirs: RunState, library: Library): Clash | null {
  const { compiled: our } = versionOf(library, ours)
  const { compiled: their } = versionOf(library, theirs)
  if (our.exclusive !== null && our.exclusive === their.exclusive) {
    const isTheirs = their.priority > our.priority
    const [stops, keeps] = isTheirs ? [ours.id, theirs.id] : [theirs.id, ours.id]
    return { stops, keeps, why: 'exclusive_group' }
  }
  const isOnce = our.reentry === 'once' || our.reentry === 'not while running'
  if (ours.workflowId !== theirs.workflowId || !isOnce) return null
  return { stops: theirs.id, keeps: ours.id, why: 'same_workflow' }
}

/** Instants by key: the later one of two. */
export function latest(
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
): Record<string, string> {
  return either(ours, theirs, (our, their) => (our > their ? our : their))
}

type Inbound = Pick<ContactState, 'lastInboundAt' | 'lastChannelId'>

/** The channel of each kind that either wrote to last; undefined where neither wrote. */
export function lastChannels(ours: Inbound, theirs: Inbound): Inbound['lastChannelId'] {
  const later = Object.entries(theirs.lastChannelId ?? {}).filter(([kind]) => {
    const our = ours.lastChannelId?.[kind] === undefined ? undefined : ours.lastInboundAt[kind]
    return our === undefined || our < (theirs.lastInboundAt[kind] ?? '')
  })
  if (later.length === 0) return ours.lastChannelId
  return { ...ours.lastChannelId, ...Object.fromEntries(later) }
}

/** Instants by key: the earlier one of two. */
export function earliest(
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
): Record<string, string> {
  return either(ours, theirs, (our, their) => (our < their ? our : their))
}

function either(
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
  choose: (our: string, their: string) => string,
): Record<string, string> {
  const all: Record<string, string> = { ...ours }
  for (const [key, their] of Object.entries(theirs)) {
    const our = all[key]
    all[key] = our === undefined ? their : choose(our, their)
  }
  return all
}
