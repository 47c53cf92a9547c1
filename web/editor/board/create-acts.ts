// Everything that people do to the draft on its drawing: one step of undo each, and said aloud.

import type { Chart } from '#machines/compile/chart.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { GRID } from '../../canvas/dragging.ts'
import type { Place, Way } from '../../canvas/editing.ts'
import type { Direction } from '../../canvas/neighbours.ts'
import { positionsIn } from '../../canvas/placed.ts'
import type { Positions } from '../../canvas/placed.ts'
import type { Point } from '../../canvas/paths.ts'
import type { BoardTranslate } from '../../i18n/board-texts.ts'
import type { Draft, Edit } from '../draft/draft.ts'
import { connect } from '../edits/connect.ts'
import { copyNodes } from '../edits/copy-nodes.ts'
import { duplicateNodes } from '../edits/duplicate-nodes.ts'
import { groupNodes, isPath, ungroup } from '../edits/group-nodes.ts'
import { insertNode } from '../edits/insert-node.ts'
import { moveAfter } from '../edits/move-after.ts'
import { moveInto } from '../edits/move-into.ts'
import { pasteNodes } from '../edits/paste-nodes.ts'
import { clearPositions, setPositions } from '../edits/positions.ts'
import { removeNodes } from '../edits/remove-nodes.ts'
import { align, roomBelow } from './align.ts'
import type { Board, BoardActs, Spot } from './board.ts'
import { clipIn } from './clip-in.ts'
import { mainWay } from './main-way.ts'
import { INSIDE } from './outlets.ts'

type State = Pick<
  Board,
  | 'chart'
  | 'boxes'
  | 'isReadonly'
  | 'titleOf'
  | 'say'
  | 'refuse'
  | 'chosen'
  | 'drawnOf'
  | 'outletsOf'
>

export function createActs(draft: Draft, state: State, t: BoardTranslate): BoardActs {
  const doer = createDoer(draft, state, t)
  return {
    ...buildingActs(draft, state, doer, t),
    ...placingActs(draft, state, doer, t),
    ...clipActs(draft, state, doer, t),
  }
}

interface Doer {
  /** One step of undo; says what it was, or that nothing could be done. True when something changed. */
  (
    label: string,
    change: (document: WorkflowDocument) => Edit,
    saying: (edit: Edit) => string,
    /** Steps with the same one that follow each other are one step. */
    field?: string,
  ): boolean
}

function createDoer(draft: Draft, { isReadonly, say }: State, t: BoardTranslate): Doer {
  return (label, change, saying, field) => {
    if (isReadonly.value) {
      say(t('board.said.readonly'))
      return false
    }
    const before = draft.document.value
    let made: Edit | undefined
    const make = (document: WorkflowDocument) => (made = change(document))
    if (field === undefined) draft.edit(label, make)
    else draft.typing(label, field, make)
    const isChanged = made !== undefined && draft.document.value !== before
    say(isChanged && made ? saying(made) : t('board.said.impossible'))
    return isChanged
  }
}

/** States of the document among what is selected; the entry and the ends are none. */
function steps(draft: Draft): string[] {
  const known = new Set(draft.document.value.nodes.map(({ id }) => id))
  return draft.selection.value.filter((id) => known.has(id))
}

function buildingActs(draft: Draft, state: State, act: Doer, t: BoardTranslate) {
  const names = (ids: readonly string[]) => ids.map(state.titleOf).join(', ')
  const onSelected = (
    said: 'removed' | 'duplicated' | 'grouped',
    change: (document: WorkflowDocument, ids: string[]) => Edit,
  ) => {
    const ids = steps(draft)
    if (ids.length === 0) return state.say(t('board.said.nothingSelected'))
    const told = t(`board.said.${said}`, { names: names(ids), count: ids.length }, ids.length)
    act(
      said,
      (document) => change(document, ids),
      () => told,
    )
  }
  return {
    insert: (type: string, spot: Spot) => {
      act(
        'inserted',
        (document) => inserted(document, type, spotFor(draft, state, spot), state),
        ({ select }) => t('board.said.inserted', { name: names(select) }),
      )
    },
    connect: (from: Way, to: string | null | undefined) => {
      const way = state.outletsOf(from.nodeId).find(({ port }) => port === from.port)?.label ?? ''
      const ends = { from: state.titleOf(from.nodeId), way, to: state.titleOf(to ?? '$end') }
      const key = to === undefined ? 'board.said.disconnected' : 'board.said.connected'
      act(
        'connected',
        (document) => connect(document, { from, to }),
        () => t(key, ends),
      )
    },
    remove: () => onSelected('removed', removeNodes),
    duplicate: () => onSelected('duplicated', duplicateNodes),
    group: () => {
      if (!arePaths(draft)) return onSelected('grouped', groupNodes)
      state.refuse(t('board.refused.groupPath'))
    },
    ungroup: () => takeApart(draft, state, act, t),
    move: (ids: readonly string[], to: { holder: string | null } | { after: Way }) => {
      const where = 'after' in to ? to.after.nodeId : to.holder
      const told = { names: names(ids), where: where === null ? '' : state.titleOf(where) }
      act(
        'moved',
        (document) =>
          'after' in to ? moveAfter(document, ids, to.after) : moveInto(document, ids, to.holder),
        () => t(where === null ? 'board.said.movedOut' : 'board.said.moved', told),
      )
    },
  }
}

const arePaths = (draft: Draft): boolean =>
  steps(draft).length > 0 && steps(draft).every((id) => isPath(draft.document.value, id))

function takeApart(draft: Draft, state: State, act: Doer, t: BoardTranslate): void {
  const [id] = steps(draft)
  if (id === undefined) return state.say(t('board.said.nothingSelected'))
  if (isPath(draft.document.value, id)) return state.refuse(t('board.refused.ungroupPath'))
  const told = t('board.said.ungrouped', { name: state.titleOf(id) })
  act(
    'ungrouped',
    (document) => ungroup(document, id),
    () => told,
  )
}

function spotFor(draft: Draft, state: State, spot: Spot): Spot {
  if (spot.after || spot.holder || spot.at) return spot
  const last = draft.selection.value.at(-1)
  const way = last === undefined ? null : mainWay(last, state.outletsOf(last))
  return { after: way ?? lastWay(state) }
}

/** What leads to the end of the run, where people expect something new to go. */
function lastWay({ chart }: State): Way | null {
  const edge = chart.value.edges.findLast(({ to, port }) => to === '$end' && port !== 'error')
  return edge ? { nodeId: edge.from, port: edge.port } : null
}

function inserted(
  document: WorkflowDocument,
  type: string,
  { after, holder, at }: Spot,
  { boxes, drawnOf }: State,
): Edit {
  const edit = insertNode(document, {
    type,
    ...(after ? { after } : holder ? { into: holder } : {}),
  })
  const [id] = edit.select
  if (edit.document === document || id === undefined) return edit
  const place = at ? cornerAt(at) : beside(document, after ?? null, boxes.value, drawnOf)
  return place ? { ...edit, document: setPositions(edit.document, { [id]: place }).document } : edit
}

const cornerAt = ({ x, y }: Point): Point => ({ x: Math.round(x) - 124, y: Math.round(y) - 8 })

/** What follows a state that people put somewhere belongs beside it, not where the layout would have it. */
function beside(
  document: WorkflowDocument,
  after: Way | null,
  boxes: Board['boxes']['value'],
  drawnOf: (id: string) => string,
): Point | null {
  if (!after || after.port.startsWith(INSIDE)) return null
  const box = boxes.get(drawnOf(after.nodeId))
  const isPlaced = positionsIn(document.layout)[after.nodeId] !== undefined
  return box && isPlaced ? roomBelow(boxes, box) : null
}

function placingActs(draft: Draft, { boxes, chart, say }: State, act: Doer, t: BoardTranslate) {
  const place = (positions: Positions, label = 'placed', field?: string) => {
    if (Object.keys(positions).length === 0) return say(t('board.said.impossible'))
    act(
      label,
      (document) => ({ ...setPositions(document, positions), select: draft.selection.value }),
      () => t('board.said.placed'),
      field,
    )
  }
  return {
    place,
    drop: (ids: readonly string[], positions: Positions, where: Place) => {
      const told = t(
        isMoved(chart.value, ids, where) ? 'board.said.movedThere' : 'board.said.placed',
      )
      act(
        'placed',
        (document) => dropped(document, ids, positions, where),
        () => told,
      )
    },
    arrange: (how: Parameters<BoardActs['arrange']>[0]) =>
      place(align(boxes.value, steps(draft), how)),
    tidy: () => {
      act(
        'tidied',
        (document) => ({ ...clearPositions(document), select: draft.selection.value }),
        () => t('board.said.tidied'),
      )
    },
    nudge: (direction: Direction) => {
      const [dx, dy] = STEPS[direction]
      const moved = steps(draft).flatMap((id) => {
        const box = boxes.value.get(id)
        return box ? [[id, { x: box.x + dx * GRID, y: box.y + dy * GRID }] as const] : []
      })
      place(Object.fromEntries(moved), 'placed', moved.map(([id]) => id).join())
    },
  }
}

function isMoved(chart: Chart, ids: readonly string[], { way, holder }: Place): boolean {
  const isHeldElsewhere = ({ id, parent }: Chart['nodes'][number]) =>
    ids.includes(id) && !id.startsWith('$') && parent !== holder
  return way !== null || chart.nodes.some(isHeldElsewhere)
}

/** On a way it becomes a step of it and lies in its line; anywhere else it lies where it was let go. */
function dropped(
  document: WorkflowDocument,
  ids: readonly string[],
  positions: Positions,
  { way, holder }: Place,
): Edit {
  const after = way && moveAfter(document, ids, way)
  if (after && after.document !== document) {
    return { ...clearPositions(after.document, ids), select: after.select }
  }
  const moved = moveInto(document, ids, holder)
  return { ...setPositions(moved.document, positions), select: ids }
}

const STEPS: Record<Direction, readonly [number, number]> = {
  up: [0, -1],
  down: [0, 1],
  left: [-1, 0],
  right: [1, 0],
}

function clipActs(draft: Draft, state: State, act: Doer, t: BoardTranslate) {
  function copy(): string | null {
    const ids = steps(draft)
    if (ids.length === 0) return null
    state.say(t('board.said.copied', { count: ids.length }, ids.length))
    return JSON.stringify(copyNodes(draft.document.value, ids), null, 2)
  }
  return {
    copy,
    cut: () => {
      const text = copy()
      if (text === null) return null
      const ids = steps(draft)
      const told = t('board.said.cut', { count: ids.length }, ids.length)
      return act(
        'cut',
        (document) => removeNodes(document, ids),
        () => told,
      )
        ? text
        : null
    },
    paste: (text: string) => {
      const clip = clipIn(text)
      if (!clip) return false
      const { after } = spotFor(draft, state, {})
      return act(
        'pasted',
        (document) => pasteNodes(document, clip, after ? { after } : {}),
        ({ select }) => t('board.said.pasted', { count: select.length }, select.length),
      )
    },
  }
}
