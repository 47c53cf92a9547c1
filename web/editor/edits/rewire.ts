// Keeps arrows where they were when nodes change their places. `next` left out means the next node in the list, so that
// every change of the list could lead others astray: exits that would are written out, all others stay as they are.

import {
  containerDoneBy,
  doneOf,
  END,
  type Exit,
  type ResolvedNode,
  TRIGGER,
} from '#machines/compile/resolve.ts'
import { RETURN } from '#machines/nodes/interrupt.ts'
import { freshId } from './fresh-id.ts'
import {
  aroundOf,
  type DocNode,
  entryOf,
  exitOf,
  isHolder,
  isPlain,
  isRegion,
  lineOf,
  nextOf,
  type Outline,
  outlineOf,
  shapeOf,
} from './outline.ts'
import { keysOf, valueAt, withValueAt } from './paths.ts'

/** Where things must lead; undefined: wherever they lead by themselves. */
export interface Wanted {
  exit(node: ResolvedNode, exit: Exit): string | undefined
  /** What a container, or the run (`$trigger`), must begin with. */
  entry(place: string): string | undefined
}

/** An exit, or by the port `inside` what something begins with. */
export interface From {
  id: string
  port: string
  /** It leads back to where a group was left: to that group and to no other place that is entered alike. */
  returns: boolean
}

/** Everything as it was, but for the targets that are swapped for others. */
export function keep(
  before: Outline,
  swap: (target: string, from: From) => string = (target) => target,
): Wanted {
  return {
    exit: ({ id, node }, { port }) => {
      const was = exitOf(before, id, port.name)
      const returns = (node as { history?: unknown }).history !== undefined
      return was && swap(was.target, { id, port: port.name, returns })
    },
    entry: (place) => {
      const was = entryOf(before, place)
      return was === undefined
        ? undefined
        : swap(was, { id: place, port: 'inside', returns: false })
    },
  }
}

export function rewire(nodes: readonly DocNode[], wanted: Wanted): DocNode[] {
  const outline = outlineOf(nodes)
  const holders = nodes.filter(({ type }) => isHolder(type)).map(({ id }) => id)
  const ordered = [TRIGGER, ...holders].reduce(
    (list, place) => {
      const first = wanted.entry(place)
      const line = lineOf(outline, place === TRIGGER ? null : place).map(({ id }) => id)
      const isOfThem = first !== undefined && line.includes(first)
      return isOfThem ? movedBefore(list, first, line[0] ?? first) : list
    },
    [...nodes],
  )
  return writeExits(ordered, wanted)
}

function movedBefore(nodes: DocNode[], id: string, sibling: string): DocNode[] {
  if (id === sibling) return nodes
  const others = nodes.filter((node) => node.id !== id)
  const at = others.findIndex((node) => node.id === sibling)
  return others.toSpliced(at, 0, ...nodes.filter((node) => node.id === id))
}

function writeExits(nodes: DocNode[], wanted: Wanted): DocNode[] {
  const outline = outlineOf(nodes)
  const lacking = new Set<string>()
  const written = nodes.map((node, index) =>
    (outline.nodes[index]?.exits ?? []).reduce((made, exit) => {
      const from = outline.nodes[index]
      // A path of a parallel leads nowhere by itself: what would be written there would mean nothing.
      const isNothing = from && exit.port.name === 'next' && isRegion(outline, from)
      const target = from && !isNothing ? wanted.exit(from, exit) : undefined
      if (!from || target === undefined) return made
      const way = settled(target, from, { outline, wanted })
      if (way === settled(exit.target, from, { outline, wanted })) return made
      const container = containerDoneBy(way)
      if (container === null) return writeExit(made, exit, way, outline)
      const join = joinOf(outline, container)
      if (join === undefined) lacking.add(container)
      return join === undefined ? made : writeExit(made, exit, join, outline)
    }, node),
  )
  if (lacking.size > 0) return writeExits(withJoins(nodes, lacking), wanted)
  // A path of a parallel is left to where the parallel leads, and that may be written only now.
  const isDone = written.every((node, index) => node === nodes[index])
  return isDone ? written : writeExits(written, wanted)
}

interface Ways {
  outline: Outline
  wanted: Wanted
}

/**
 * A target as it can be compared: through the ends of plain groups, which are the same as where the group leads, and
 * past joins. What is left of `done:` is the turn of a loop, the end of a region or the way back from an interrupt.
 */
function settled(target: string, from: ResolvedNode, { outline, wanted }: Ways): string {
  let now = target
  for (let left = outline.nodes.length; left >= 0; left -= 1) {
    const joined = joinedBy(outline, now)
    if (joined !== null && from.id !== now) now = doneOf(joined)
    if (now === RETURN) return shapeOf(from.type) === 'interrupt' ? RETURN : END
    const id = containerDoneBy(now)
    if (id === null) return now
    const container = outline.byId.get(id)
    if (!container) return END
    if (!isPlain(outline, container) && aroundOf(outline, from.id).includes(id)) return now
    now = wantedNext(container, { outline, wanted })
  }
  return END
}

function wantedNext(container: ResolvedNode, { outline, wanted }: Ways): string {
  const around = isRegion(outline, container)
    ? (outline.byId.get(container.parent ?? '') ?? container)
    : container
  const exit = exitOf(outline, around.id, 'next')
  return (exit && wanted.exit(around, exit)) ?? nextOf(outline, around) ?? END
}

function writeExit(node: DocNode, { port }: Exit, target: string, outline: Outline): DocNode {
  const keys = keysOf(port.path)
  const write = (value: string | null | undefined) =>
    valueAt(node, keys) === value ? node : (withValueAt(node, keys, value) as DocNode)
  if (target === RETURN) return write(undefined)
  if (port.path !== '.to') return write(target === END ? null : target)
  // A jump has to name a node: without one the check asks for it.
  const jump = write(target === END ? '' : target)
  const shape = shapeOf(outline.byId.get(target)?.type ?? '')
  if (jump['history'] === undefined || shape === 'group' || shape === 'loop') return jump
  const { history: _history, ...forgetful } = jump
  return forgetful
}

/**
 * "This turn of the loop is over" has no name that an exit could be given: only the last node in the list says it, by
 * leaving `next` out. Where several exits say it, they meet in a node that does nothing else.
 */
function withJoins(nodes: readonly DocNode[], containers: ReadonlySet<string>): DocNode[] {
  return [...containers].reduce<DocNode[]>(
    (list, container) => {
      const last = lineOf(outlineOf(list), container).at(-1)?.id ?? container
      const at = list.findIndex(({ id }) => id === last) + 1
      const id = freshId(list, 'segue')
      return list.toSpliced(at, 0, { id, type: 'set.variable', set: {}, parent: container })
    },
    [...nodes],
  )
}

function joinOf(outline: Outline, container: string): string | undefined {
  const last = lineOf(outline, container).at(-1)
  return last && joinedBy(outline, last.id) !== null ? last.id : undefined
}

/** The container whose end a node is and nothing else, or null. */
function joinedBy(outline: Outline, id: string): string | null {
  const node = outline.byId.get(id)
  const body = node?.node as (Partial<DocNode> & { set?: unknown }) | undefined
  if (!node?.parent || node.type !== 'set.variable' || body?.['next'] !== undefined) return null
  const sets = typeof body?.set === 'object' ? Object.keys(body.set ?? {}) : []
  const isEnd = exitOf(outline, id, 'next')?.target === doneOf(node.parent)
  return sets.length === 0 && isEnd ? node.parent : null
}
