// Where a run of the older version goes on in the newer one: proposed node by node, changed by people where they know better.

import type { ResolvedNode } from '../compile/resolve.ts'
import type { StateMap, StateMapEntry } from '../contracts/versions.ts'
import type { Localized } from '../nodes/node-kind.ts'
import { findKept, type Kept } from './renames.ts'
import { type Side, sideOf, stayOf } from './side.ts'

interface Sides {
  before: Side
  after: Side
  kept: Kept
}

/**
 * Proposes a map for every node of the older document.
 * @param before,after documents that compile; others give an empty list
 * @returns for each old node the new one by the first rule that holds: same id, renamed, split, the container around
 * it, the state that follows; else null with the reason
 */
export function proposeStateMap(before: unknown, after: unknown): StateMapEntry[] {
  const sides = { before: sideOf(before), after: sideOf(after) }
  if (!sides.before || !sides.after) return []
  const kept = findKept(sides.before, sides.after)
  const known = { before: sides.before, after: sides.after, kept }
  return [...known.before.nodes.values()].map((node) => entryOf(node, known))
}

/** The proposal with what a person chose instead, as a migration carries it: same ids are left out. */
export function stateMapOf(proposal: readonly StateMapEntry[], chosen: StateMap = {}): StateMap {
  const entries = proposal.map(
    ({ from, to }) => [from, Object.hasOwn(chosen, from) ? (chosen[from] ?? null) : to] as const,
  )
  return Object.fromEntries(entries.filter(([from, to]) => from !== to))
}

/** The proposal as people see it after they have chosen. */
export function withChoices(proposal: StateMapEntry[], chosen: StateMap = {}): StateMapEntry[] {
  return proposal.map((entry) => {
    const to = Object.hasOwn(chosen, entry.from) ? (chosen[entry.from] ?? null) : entry.to
    return to === entry.to ? entry : { ...entry, to, rule: 'chosen', message: CHOSEN }
  })
}

function entryOf(node: ResolvedNode, sides: Sides): StateMapEntry {
  const from = node.id
  const target = sides.after.nodes.get(sides.kept.get(from) ?? '')
  if (target && canGoOn(node, target)) {
    return target.id === from
      ? { from, to: from, rule: 'same', message: SAME }
      : { from, to: target.id, rule: 'renamed', message: RENAMED }
  }
  if (stayOf(node) === 'passes') return { from, to: null, rule: 'passes', message: PASSES }
  const found = splitOf(node, sides) ?? containerOf(node, sides) ?? followingOf(node, sides)
  if (found) return { from, ...found }
  return { from, to: null, rule: 'none', message: target ? otherWay(node, target) : GONE }
}

/** What a run waits for must be able to come in the other node as well. */
function canGoOn(was: ResolvedNode, is: ResolvedNode): boolean {
  const [old, now] = [stayOf(was), stayOf(is)]
  // A command of another kind was never asked for, so its result would never come.
  if (old === 'performs' || now === 'performs') return was.type === is.type
  return old === now
}

type Found = Pick<StateMapEntry, 'to' | 'rule' | 'message'>

/** Several new nodes stand where the old one stood. */
function splitOf(node: ResolvedNode, sides: Sides): Found | null {
  const part = newcomersAt(node, sides).find((each) => canGoOn(node, each))
  return part ? { to: part.id, rule: 'split', message: SPLIT } : null
}

/** New nodes between what stood before an old node and what stood after it. */
function newcomersAt({ id: oldId }: ResolvedNode, { before, after, kept }: Sides): ResolvedNode[] {
  const place = before.places.get(oldId)
  if (!place) return []
  const newIdOf = (old: string | null): string | null | undefined =>
    old === null ? null : kept.get(old)
  const [parent, previous, following] = [place.parent, place.previous, place.following].map(newIdOf)
  if (following === undefined) return []
  const known = new Set(kept.values())
  const between: ResolvedNode[] = []
  let id = previous === null ? after.starts.get(parent ?? '') : nextBeside(previous, after)
  while (id !== undefined && id !== following) {
    const part = after.nodes.get(id)
    if (!part || known.has(id)) return []
    between.push(part)
    id = nextBeside(id, after)
  }
  return following === null || id === following ? between : []
}

function nextBeside(id: string | undefined, { places }: Side): string | undefined {
  return places.get(id ?? '')?.following ?? undefined
}

/** The nearest container that is still there, if contacts can be put at its beginning. */
function containerOf(node: ResolvedNode, { before, after, kept }: Sides): Found | null {
  if (stayOf(node) === 'performs') return null
  let inside = node.id
  for (let id = node.parent; id !== null; id = before.nodes.get(id)?.parent ?? null) {
    const container = after.nodes.get(kept.get(id) ?? '')
    // A path beside others that is gone altogether is left out; the others go on.
    const isPathGone = container?.type === 'parallel' && !kept.has(inside)
    if (container && (isPathGone || beginsWithWait(container, after))) {
      return { to: container.id, rule: 'container', message: inContainer(container.id) }
    }
    inside = id
  }
  return null
}

function beginsWithWait(container: ResolvedNode, after: Side): boolean {
  if (container.type === 'parallel' || container.type === 'loop.for-each') return false
  const first = after.nodes.get(container.children[0] ?? '')
  if (!first) return false
  return stayOf(first) === 'waits' || (stayOf(first) === 'holds' && beginsWithWait(first, after))
}

/** The state that came next, if it is one that waits: nothing may be skipped silently on the way. */
function followingOf(node: ResolvedNode, { before, after, kept }: Sides): Found | null {
  if (stayOf(node) !== 'waits') return null
  const [first] = node.exits
  const target = first && before.nodes.has(first.target) ? kept.get(first.target) : undefined
  const following = after.nodes.get(target ?? '')
  if (!following || stayOf(following) !== 'waits') return null
  return { to: following.id, rule: 'following', message: whichFollowed(following.id) }
}

const SAME: Localized = { 'pt-BR': 'mesmo estado', en: 'same state' }
const RENAMED: Localized = { 'pt-BR': 'mesmo estado com outro nome', en: 'same state, renamed' }
const CHOSEN: Localized = { 'pt-BR': 'escolhido', en: 'chosen' }
const PASSES: Localized = {
  'pt-BR': 'nenhum contato fica parado aqui',
  en: 'no contact stays here',
}
const GONE: Localized = {
  'pt-BR': 'o estado foi retirado e nenhum outro o substitui; escolha um',
  en: 'the state was removed and no other takes its place; choose one',
}
const SPLIT: Localized = {
  'pt-BR': 'foi dividido; segue pela primeira parte que serve',
  en: 'was split; goes on in the first part that fits',
}

function inContainer(id: string): Localized {
  return {
    'pt-BR': `foi retirado; segue no início de ${id}`,
    en: `was removed; goes on at the beginning of ${id}`,
  }
}

function whichFollowed(id: string): Localized {
  return {
    'pt-BR': `foi retirado; segue em ${id}, que vinha depois`,
    en: `was removed; goes on in ${id}, which came next`,
  }
}

function otherWay(was: ResolvedNode, is: ResolvedNode): Localized {
  return {
    'pt-BR': `era ${was.type} e passou a ser ${is.type}: o que se espera ali nunca viria`,
    en: `was ${was.type} and is ${is.type} now: what is waited for there would never come`,
  }
}
