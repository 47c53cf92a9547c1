// Where every exit of a document really leads, as the compiler resolves it and without regard to how it is drawn: into
// a plain group is to its first node, out of one is to where it leads, and past nodes that do nothing.

import { parseDocument } from '#machines/compile/parse.ts'
import {
  containerDoneBy,
  END,
  isInterrupt,
  resolveExits,
  type ResolvedNode,
  TRIGGER,
} from '#machines/compile/resolve.ts'

export interface Way {
  to: string
  /** Everything on the way there, the first target included. */
  trail: string[]
}

/** By `node port`; of the trigger by `$trigger next`. */
export type Ways = Map<string, Way>

export function waysOf(document: unknown): Ways {
  const { parsed } = parseDocument(document)
  if (!parsed) throw new Error('the document cannot be read')
  const nodes = resolveExits(parsed)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const first = nodes.find((node) => node.parent === null && !isInterrupt(node))?.id ?? END
  const exits = nodes.flatMap((node) =>
    node.exits
      .filter(({ port }) => port.name !== 'next' || !isRegion(node, byId))
      .map(({ port, target }) => [`${node.id} ${port.name}`, wayTo(target, byId)] as const),
  )
  const begins = nodes
    .filter((node) => node.children.length > 0)
    .map((node) => [`${node.id} inside`, wayTo(node.children[0] ?? '', byId)] as const)
  return new Map([[`${TRIGGER} next`, wayTo(first, byId)], ...exits, ...begins])
}

type ById = ReadonlyMap<string, ResolvedNode>

function wayTo(target: string, byId: ById): Way {
  const trail = [target]
  for (let now = target; trail.length < 200; trail.push(now)) {
    const next = onward(now, byId)
    if (next === null) return { to: now, trail }
    now = next
  }
  return { to: 'round and round', trail }
}

function onward(target: string, byId: ById): string | null {
  const done = containerDoneBy(target)
  const node = byId.get(done ?? target)
  if (!node) return null
  if (done === null && isIdle(node)) return node.exits[0]?.target ?? null
  if (node.type !== 'group' || isRegion(node, byId)) return null
  const next = node.exits.find(({ port }) => port.name === 'next')?.target ?? END
  return done === null ? (node.children[0] ?? next) : next
}

function isIdle({ type, node }: ResolvedNode): boolean {
  const { set } = node as { set?: object }
  return type === 'set.variable' && set !== undefined && Object.keys(set).length === 0
}

export function isRegion({ parent }: ResolvedNode, byId: ById): boolean {
  return byId.get(parent ?? '')?.type === 'parallel'
}
