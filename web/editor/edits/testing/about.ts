// Which exits an edit may lead elsewhere: those that it is about. All others have to lead where they led.

import { containerDoneBy } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { aroundOf, blockOf, isPlain, type Outline, outlineOf } from '../outline.ts'
import type { Made } from './random-edits.ts'
import type { Way } from './ways.ts'

type About = (exit: string, way: Way) => boolean

const INTO_ARROWS = new Set<Made['how']>([
  'insertAfter',
  'connect',
  'leaveOut',
  'moveAfter',
  'pasteAfter',
])
const TAKING_OUT = new Set<Made['how']>(['remove', 'removeAlone', 'moveAfter'])
const FILLING = new Set<Made['how']>(['insertInto', 'moveInto'])
const OPENING = new Set<Made['how']>(['removeAlone', 'ungroup'])

export function aboutOf(made: Made, before: WorkflowDocument): About {
  const outline = outlineOf(before.nodes)
  const abouts = [
    aboutArrow(made, outline),
    aboutTaken(made, outline),
    aboutBoxes(made, outline),
    aboutFilled(made, outline),
    aboutCopied(made, outline),
    aboutOpened(made, outline),
  ]
  // The first node of an empty draft is what it begins with.
  return (exit, way) =>
    (exit === '$trigger next' && way.to === '$end') || abouts.some((about) => about(exit, way))
}

const placeOf = (target: string): string => containerDoneBy(target) ?? target
const idOf = (exit: string): string => exit.split(' ')[0] ?? ''
const never: About = () => false

function isOpaque(outline: Outline, id: string): boolean {
  const node = outline.byId.get(id)
  return node !== undefined && !isPlain(outline, node)
}

/** The arrow that it puts something into, and all ways that go along it. */
function aboutArrow({ how, way }: Made, { byId }: Outline): About {
  if (!way || !INTO_ARROWS.has(how)) return never
  const { nodeId, port } = way
  const node = byId.get(nodeId)
  const about = new Set([`${nodeId} ${port}`])
  // Into the first path of a parallel, after all of them, and before the way back from an interrupt.
  if (node?.type === 'parallel') about.add(`${node.children[0]} inside`)
  if (port === 'next') about.add(`${node?.parent} next`).add(`done:${nodeId}`)
  if (port === 'inside' || node?.children.length === 0) about.add(nodeId)
  if (node?.type === 'interrupt') about.add(`done:${nodeId}`).add(`${nodeId} inside`)
  return (exit, { trail }) => [exit, ...trail].some((place) => about.has(place))
}

/** What led to something that is not there any more, or led on from it. */
function aboutTaken(made: Made, outline: Outline): About {
  const isTaken = TAKING_OUT.has(made.how) || isCrossing(made, outline)
  const gone = isTaken ? blockOf(outline, made.ids) : new Set<string>()
  return (exit, { trail }) => [idOf(exit), ...trail.map(placeOf)].some((place) => gone.has(place))
}

/** What a box begins with may leave it, or come in; what comes back to where a box was left finds another one. */
function aboutBoxes({ how }: Made, { byId }: Outline): About {
  if (how !== 'moveInto') return never
  const returns = (id: string) => 'history' in (byId.get(id)?.node ?? {})
  return (exit) => exit.endsWith(' inside') || returns(idOf(exit))
}

/** The end of the container that it fills, and of those whose border it crosses. */
function aboutFilled(made: Made, outline: Outline): About {
  if (!FILLING.has(made.how)) return never
  const left = made.ids.flatMap((id) => aroundOf(outline, id))
  const places = new Set([made.parent, ...(isCrossing(made, outline) ? left : [])])
  return (exit, { trail }) => [idOf(exit), ...trail.map(placeOf)].some((place) => places.has(place))
}

/** The last step of a loop is done twice. */
function aboutCopied({ how, ids }: Made, outline: Outline): About {
  const block = how === 'duplicate' ? blockOf(outline, ids) : new Set<string>()
  return (exit, { to }) => block.has(idOf(exit)) && containerDoneBy(to) !== null
}

/** What is not a plain box is more than what it holds. */
function aboutOpened({ how, parent }: Made, outline: Outline): About {
  if (!OPENING.has(how)) return never
  return (exit, { trail }) =>
    idOf(exit) === parent ||
    trail.some((place) => placeOf(place) === parent || isOpaque(outline, placeOf(place)))
}

/** Nodes go into or out of a loop, a path of a parallel or an interrupt. */
function isCrossing({ how, ids, parent }: Made, outline: Outline): boolean {
  const into = parent === null ? [] : [parent, ...aroundOf(outline, parent)]
  return (
    how === 'moveInto' &&
    ids.some((id) => [...aroundOf(outline, id), ...into].some((place) => isOpaque(outline, place)))
  )
}
