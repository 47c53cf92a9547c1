// Random edits for property tests: numbers choose among what a document has.

import fc from 'fast-check'
import { TRIGGER } from '#machines/compile/resolve.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { NODE_KINDS } from '#machines/nodes/registry.ts'
import type { Edit } from '../../draft/draft.ts'
import { connect } from '../connect.ts'
import { copyNodes } from '../copy-nodes.ts'
import { duplicateNodes } from '../duplicate-nodes.ts'
import { groupNodes, ungroup } from '../group-nodes.ts'
import { insertNode } from '../insert-node.ts'
import { moveAfter } from '../move-after.ts'
import { moveInto } from '../move-into.ts'
import { outlineOf } from '../outline.ts'
import { pasteNodes } from '../paste-nodes.ts'
import { setPositions } from '../positions.ts'
import { removeNodes } from '../remove-nodes.ts'
import { renameNode } from '../rename-node.ts'
import { setField } from '../set-field.ts'
import type { Way } from '../spots.ts'

export interface RandomEdit {
  how: keyof typeof EDITS
  picks: number[]
}

/** An edit that was made, and what it was asked to touch. */
export interface Made {
  edit: Edit
  how: RandomEdit['how']
  /** Nodes that it was about. */
  ids: string[]
  /** The exit that it was about. */
  way: Way | null
  parent: string | null
}

interface Choice {
  ids: string[]
  way: Way
  parent: string | null
  type: string
  name: string
}

const EDITS = {
  insertAfter: (document, { type, way }) => insertNode(document, { type, after: way }),
  insertAlone: (document, { type }) => insertNode(document, { type }),
  insertInto: (document, { type, parent }) =>
    parent === null ? insertNode(document, { type }) : insertNode(document, { type, into: parent }),
  remove: (document, { ids }) => removeNodes(document, ids),
  removeAlone: (document, { ids }) => removeNodes(document, ids, { children: 'keep' }),
  duplicate: (document, { ids }) => duplicateNodes(document, ids),
  connect: (document, { way, ids: [to = null] }) => connect(document, { from: way, to }),
  leaveOut: (document, { way }) => connect(document, { from: way, to: undefined }),
  moveInto: (document, { ids, parent }) => moveInto(document, ids, parent),
  moveAfter: (document, { ids, way }) => moveAfter(document, ids, way),
  group: (document, { ids }) => groupNodes(document, ids),
  ungroup: (document, { parent }) => ungroup(document, parent ?? ''),
  rename: (document, { ids: [id = ''], name }) => renameNode(document, id, name),
  paste: (document, { ids }) => pasteNodes(document, copyNodes(document, ids)),
  pasteAfter: (document, { ids, way }) =>
    pasteNodes(document, copyNodes(document, ids), { after: way }),
  setField: (document, { ids: [id = ''] }) => setField(document, id, '.label', 'Nome'),
  damage: (document, { ids: [id = ''] }) => setField(document, id, '.timeout', 'logo'),
  move: (document, { ids }) =>
    setPositions(document, Object.fromEntries(ids.map((id) => [id, { x: 1, y: 2 }]))),
} satisfies Record<string, (document: WorkflowDocument, choice: Choice) => Edit>

const NAMES = ['alfa', 'beta', 'n1', 'x-y', 'não', 'vars', 'a b', '🎉']

export const randomEdit: fc.Arbitrary<RandomEdit> = fc.record({
  how: fc.constantFrom(...(Object.keys(EDITS) as RandomEdit['how'][])),
  picks: fc.array(fc.nat(997), { minLength: 6, maxLength: 9 }),
})

export function make(document: WorkflowDocument, { how, picks }: RandomEdit): Made {
  const outline = outlineOf(document.nodes)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, ...more] = picks
  const nodes = document.nodes.map(({ id }) => id)
  const at = <Item>(list: readonly Item[], pick: number): Item | undefined =>
    list[pick % Math.max(1, list.length)]
  const ids = [...new Set(more.flatMap((pick) => at(nodes, pick) ?? []))]
  const ways: Way[] = outline.nodes.flatMap(({ id, exits }) =>
    exits.map(({ port }) => ({ nodeId: id, port: port.name })),
  )
  const begins = outline.nodes
    .filter(({ children }) => children.length > 0)
    .map(({ id }) => ({ nodeId: id, port: 'inside' }))
  const way = at([...ways, { nodeId: TRIGGER, port: 'next' }, ...begins], a) ?? {
    nodeId: TRIGGER,
    port: 'next',
  }
  const holders = outline.nodes.filter(({ type }) => HOLDERS.has(type)).map(({ id }) => id)
  const parent = at([null, ...holders], b) ?? null
  const type = at(NODE_KINDS, c)?.type ?? 'delay'
  const name = at(NAMES, d + e) ?? 'alfa'
  const edit = EDITS[how](document, { ids, way, parent, type, name })
  return { edit, how, ids, way, parent }
}

const HOLDERS = new Set(['group', 'parallel', 'loop.for-each', 'interrupt'])
