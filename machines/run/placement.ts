// Where a run of one version stands in another: its leaves mapped, put into a valid configuration, or a reason why not.

import type { StateNode, StateValue } from 'xstate'
import type { CompiledWorkflow } from '../compile/compile.ts'
import { MAIN } from '../compile/lowered.ts'
import type { RunMachine } from '../compile/machine.ts'
import type { StateMap } from '../contracts/versions.ts'
import type { RefusalCode } from './migration-refusal.ts'
import type { RunState } from './run-state.ts'

type Node = StateNode<never, never>

export interface Placement {
  value: StateValue
  /** Every state of the configuration, containers and what the compiler adds among them. */
  active: readonly Node[]
  /** Old leaf to new leaf, of those that go on as they are. */
  leaves: ReadonlyMap<string, string>
}

export interface Refused {
  code: RefusalCode
  /** The node that it is about. */
  node: string
}

/** What must be known of both versions to place runs of the one in the other. */
export interface Passage {
  from: CompiledWorkflow
  to: CompiledWorkflow
  map: StateMap
}

/** The new id of an old node: as mapped, else its own; null where it has none. */
export function mappedId({ to, map }: Passage, id: string): string | null {
  const target = Object.hasOwn(map, id) ? (map[id] ?? null) : id
  return target !== null && nodeIn(to.machine, target) ? target : null
}

/** Places a run, or says which of its states has no place. */
export function placeRun(run: RunState, passage: Passage): Placement | Refused {
  const placed = placeTips(tipsOf(run.snapshot.value), run, passage)
  if ('code' in placed) return placed
  const suspended = placeSuspended(run, passage)
  if ('code' in suspended) return suspended
  const root = passage.to.machine.root as unknown as Node
  return {
    value: valueOf(root, placed.active),
    active: [...placed.active],
    leaves: new Map([...placed.leaves, ...suspended.leaves]),
  }
}

interface PlacedTips {
  active: ReadonlySet<Node>
  leaves: ReadonlyMap<string, string>
}

function placeTips(old: readonly string[], run: RunState, passage: Passage): PlacedTips | Refused {
  const leaves = new Map<string, string>()
  const tips: Node[] = []
  const dropped: { leaf: string; into: Node }[] = []
  for (const leaf of old) {
    const found = placeLeaf(leaf, run, passage)
    if ('code' in found) return found
    if ('into' in found) dropped.push({ leaf, into: found.into })
    else {
      tips.push(...found.tips)
      if (found.goesOn) leaves.set(leaf, found.tips[0]?.id ?? leaf)
    }
  }
  const active = withAncestors(tips)
  const stray = dropped.find(({ into }) => !active.has(into))
  if (stray) return { code: 'STATE_REMOVED', node: stray.leaf }
  return firstWrong([...active], run.state) ?? { active, leaves }
}

/** Where a run that is in an interrupt goes back to must be there as it is, place by place. */
function placeSuspended(run: RunState, passage: Passage): Pick<PlacedTips, 'leaves'> | Refused {
  const leaves = new Map<string, string>()
  for (const { place } of run.snapshot.context.suspended ?? []) {
    const remembered = run.snapshot.history?.[`deep:${place}`] ?? []
    const placed = placeTips(remembered, run, passage)
    if ('code' in placed) return placed
    const target = place === MAIN ? MAIN : mappedId(passage, place)
    const isWhole =
      target !== null &&
      nodeIn(passage.to.machine, `deep:${target}`) !== undefined &&
      remembered.length > 0 &&
      remembered.every((leaf) => placed.leaves.has(leaf))
    if (!isWhole) return { code: 'RUN_INTERRUPTED', node: remembered[0] ?? run.state }
    for (const [leaf, id] of placed.leaves) leaves.set(leaf, id)
  }
  return { leaves }
}

type Placed = { tips: Node[]; goesOn: boolean } | { into: Node } | Refused

function placeLeaf(leaf: string, run: RunState, passage: Passage): Placed {
  const region = leaf.startsWith('done:') ? leaf.slice('done:'.length) : null
  if (region !== null) return placeDone(region, passage)
  const target = mappedId(passage, leaf)
  if (target === null) {
    const isUnknown = Object.hasOwn(passage.map, leaf) && passage.map[leaf] !== null
    return { code: isUnknown ? 'STATE_UNKNOWN' : 'STATE_REMOVED', node: leaf }
  }
  const node = nodeIn(passage.to.machine, target)
  if (!node) return { code: 'STATE_UNKNOWN', node: leaf }
  if (node.type === 'parallel') {
    return hasEffect(run, leaf) ? { code: 'EFFECT_PENDING', node: leaf } : { into: node }
  }
  if (node.type === 'compound') return placeInside(leaf, node, run, passage)
  if (!passage.to.waits.has(target)) return { code: 'STATE_NOT_WAITING', node: leaf }
  const refused = refusedCommand(leaf, node, run, passage)
  return refused ?? { tips: [node], goesOn: true }
}

/** A path beside others that is done stays done; one that is gone is left out. */
function placeDone(region: string, passage: Passage): Placed {
  const target = mappedId(passage, region)
  const node = target === null ? undefined : nodeIn(passage.to.machine, target)
  if (node?.type === 'parallel') return { into: node }
  const done = target === null ? undefined : nodeIn(passage.to.machine, `done:${target}`)
  return done ? { tips: [done], goesOn: true } : { code: 'STATE_REMOVED', node: region }
}

/** At the beginning of a container, if contacts can simply wait there. */
function placeInside(leaf: string, container: Node, run: RunState, passage: Passage): Placed {
  if (hasEffect(run, leaf)) return { code: 'EFFECT_PENDING', node: leaf }
  let node: Node | undefined = container
  while (node?.type === 'compound') node = node.initial.target[0] as Node | undefined
  if (!node || !passage.to.waits.has(node.id)) return { code: 'STATE_NOT_WAITING', node: leaf }
  if (performs(node)) return { code: 'STATE_NEEDS_ENTRY', node: leaf }
  return { tips: [node], goesOn: false }
}

/** A node that asks something of the world on entry can only be gone on in where the same was asked already. */
function refusedCommand(
  leaf: string,
  node: Node,
  run: RunState,
  { from, to }: Passage,
): Refused | null {
  const isSameKind = kindIn(from, leaf) === kindIn(to, node.id)
  if (!performs(node)) return hasEffect(run, leaf) ? { code: 'EFFECT_PENDING', node: leaf } : null
  if (!isSameKind) {
    return { code: hasEffect(run, leaf) ? 'EFFECT_PENDING' : 'STATE_NEEDS_ENTRY', node: leaf }
  }
  const waitsForResult = to.waits.get(node.id)?.effect === true
  return waitsForResult && !hasEffect(run, leaf) ? { code: 'STATE_NEEDS_ENTRY', node: leaf } : null
}

/** One child of each container, every region of each parallel, and one of them at least not done yet. */
function firstWrong(active: readonly Node[], state: string): Refused | null {
  for (const node of active) {
    const inside = active.filter((each) => each.parent === node)
    if (node.type === 'compound' && inside.length > 1)
      return { code: 'PATHS_COLLIDE', node: node.id }
    if (node.type !== 'parallel') continue
    if (inside.length < Object.keys(node.states).length)
      return { code: 'PATH_MISSING', node: node.id }
    const isOver = inside.every((region) =>
      active.some((each) => each.parent === region && each.id === `done:${region.id}`),
    )
    if (isOver) return { code: 'PATHS_OVER', node: node.id }
  }
  return active.some((node) => node.type === 'atomic')
    ? null
    : { code: 'STATE_REMOVED', node: state }
}

function withAncestors(tips: readonly Node[]): Set<Node> {
  const active = new Set<Node>()
  for (const tip of tips) {
    for (let node: Node | undefined = tip; node; node = node.parent as Node | undefined)
      active.add(node)
  }
  return active
}

function valueOf(node: Node, active: ReadonlySet<Node>): StateValue {
  const inside = Object.values(node.states).filter((child) => active.has(child as Node)) as Node[]
  const [only] = inside
  if (node.type !== 'parallel' && only && Object.keys(only.states).length === 0) return only.key
  return Object.fromEntries(inside.map((child) => [child.key, valueOf(child, active)]))
}

/** Keys at the tips of a state value, those that the compiler adds among them. */
function tipsOf(value: StateValue): string[] {
  if (typeof value === 'string') return [value]
  return Object.values(value).flatMap((inner) => (inner === undefined ? [] : tipsOf(inner)))
}

/** Something was asked for there, and its result is still to come or to be taken. */
function hasEffect({ effects, snapshot }: RunState, nodeId: string): boolean {
  const { suspended } = snapshot.context
  return (
    Object.values(effects).some((effect) => effect.nodeId === nodeId) ||
    (suspended ?? []).some(({ results }) => Object.hasOwn(results, nodeId))
  )
}

function performs({ entry }: Node): boolean {
  return (entry as readonly { type: string }[]).some(
    ({ type }) => type === 'perform' || type === 'ask',
  )
}

function kindIn({ document }: CompiledWorkflow, nodeId: string): string | undefined {
  return document.nodes.find(({ id }) => id === nodeId)?.type
}

/** The state of that id; ids of others than ours are none. */
export function nodeIn(machine: RunMachine, id: string): Node | undefined {
  try {
    return machine.getStateNodeById(id) as unknown as Node
  } catch {
    return undefined
  }
}
