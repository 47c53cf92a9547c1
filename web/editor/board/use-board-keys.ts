// Does what keys and the clipboard ask for on the board; fields, dialogs and other buttons keep their own keys.

import { useEventListener } from '@vueuse/core'
import type { Ref } from 'vue'
import type { Direction } from '../../canvas/neighbours.ts'
import { TRIGGER_ID } from '../../canvas/route.ts'
import { useBoardTexts } from '../../i18n/board-texts.ts'
import type { BoardTranslate } from '../../i18n/board-texts.ts'
import type { Draft } from '../draft/draft.ts'
import type { Board } from './board.ts'
import { deedOf } from './keys.ts'
import type { BoardDeed } from './keys.ts'
import { mainWay } from './main-way.ts'
import { walk } from './walk.ts'

/** What belongs to the page around the drawing. */
export interface Surround {
  fit(): void
  zoomBy(direction: 1 | -1): void
  openFields(): void
  focusPalette(): void
  togglePanel(panel: 'problems' | 'simulator'): void
  showKeys(): void
}

interface KeysInput {
  draft: Draft
  board: Board
  /** The drawing and what floats over it. */
  root: Ref<HTMLElement | null>
  surround: Surround
}

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}
/** Wherever the focus is on this page, unless somebody types. */
const EVERYWHERE: ReadonlySet<BoardDeed> = new Set(['find', 'undo', 'redo', 'help'])
/** What asks first, and would ask for nothing; the rest is refused where it is done. */
const BUILDING: ReadonlySet<BoardDeed> = new Set(['insert', 'connect', 'move'])
const TYPING = 'input, textarea, select, [contenteditable="true"]'
const FLOATING = '[role="dialog"], [role="menu"], [role="listbox"]'

export function useBoardKeys(input: KeysInput): void {
  const { board, root } = input
  const t = useBoardTexts()
  const deeds = createDeeds(input)

  const isFloating = () => document.querySelector(FLOATING) !== null
  const isTyping = (target: EventTarget | null) =>
    target instanceof Element && target.closest(TYPING) !== null
  /** A state, or nothing that has keys of its own. */
  function isOnBoard(target: EventTarget | null): boolean {
    if (!(target instanceof HTMLElement)) return false
    if (target === document.body || target.id === 'page') return true
    const isState = target.closest('[data-node]') !== null
    return root.value?.contains(target) === true && (isState || !target.closest('button, a'))
  }

  useEventListener(window, 'keydown', (event) => {
    const deed = deedOf(event)
    if (deed === null || event.defaultPrevented || isTyping(event.target) || isFloating()) return
    if (!EVERYWHERE.has(deed) && !isOnBoard(event.target)) return
    event.preventDefault()
    if (board.isReadonly.value && BUILDING.has(deed)) board.say(t('board.said.readonly'))
    else deeds[deed](event)
  })

  const isMine = (event: ClipboardEvent) =>
    !isTyping(event.target) && !isFloating() && isOnBoard(document.activeElement)
  const take = (make: () => string | null) => (event: ClipboardEvent) => {
    if (!isMine(event) || window.getSelection()?.toString()) return
    const text = make()
    if (text === null) return
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
  }
  useEventListener(document, 'copy', take(board.copy))
  useEventListener(document, 'cut', take(board.cut))
  useEventListener(document, 'paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    if (isMine(event) && board.paste(text)) event.preventDefault()
  })
}

type Deeds = Record<BoardDeed, (event: KeyboardEvent) => void>

function createDeeds(input: KeysInput): Deeds {
  const { draft, board, surround } = input
  const t = useBoardTexts()
  return {
    ...choosing(input, t),
    ...asking(input, t),
    remove: board.remove,
    duplicate: board.duplicate,
    group: board.group,
    ungroup: board.ungroup,
    nudge: ({ key }) => board.nudge(DIRECTIONS[key] ?? 'down'),
    undo: () => {
      draft.undo()
      board.say(t('board.said.undone'))
    },
    redo: () => {
      draft.redo()
      board.say(t('board.said.redone'))
    },
    left: () => board.arrange('left'),
    centre: () => board.arrange('centre'),
    distribute: () => board.arrange('distribute'),
    tidy: board.tidy,
    open: surround.openFields,
    fit: surround.fit,
    zoomIn: () => surround.zoomBy(1),
    zoomOut: () => surround.zoomBy(-1),
    palette: surround.focusPalette,
    problems: () => surround.togglePanel('problems'),
    simulator: () => surround.togglePanel('simulator'),
    help: surround.showKeys,
    // The browser's own events bring the clipboard.
    copy: () => undefined,
    cut: () => undefined,
    paste: () => undefined,
  }
}

/** The state that keys start from. */
const here = (board: Board): string => board.chosen.value.at(-1) ?? TRIGGER_ID

function choosing({ board }: KeysInput, t: BoardTranslate) {
  function go({ key }: KeyboardEvent, how: 'only' | 'more'): void {
    const direction = DIRECTIONS[key]
    const isLost = board.chosen.value.length === 0 || !direction
    const from = here(board)
    const next = isLost ? from : walk(board.chart.value, board.boxes.value, from, direction)
    if (next !== null) board.choose([next], how)
  }
  return {
    walk: (event: KeyboardEvent) => go(event, 'only'),
    extend: (event: KeyboardEvent) => go(event, 'more'),
    all: () => {
      const states = board.chart.value.nodes.flatMap(({ id }) => (id.startsWith('$') ? [] : [id]))
      board.choose(states, 'only')
      board.say(t('board.said.selectedMany', { count: states.length }))
    },
    none: () => board.choose([], 'only'),
  }
}

function asking({ board }: KeysInput, t: BoardTranslate) {
  const wayOn = () => mainWay(here(board), board.outletsOf(here(board)))
  return {
    find: () => board.ask({ what: 'find' }),
    insert: () => board.ask({ what: 'insert', spot: { after: wayOn() } }),
    connect: () => {
      const from = wayOn()
      if (from) board.ask({ what: 'connect', from })
      else board.say(t('board.said.impossible'))
    },
    move: () => {
      const ids = board.chosen.value.filter((id) => !id.startsWith('$'))
      if (ids.length > 0) board.ask({ what: 'move', ids })
      else board.say(t('board.said.nothingSelected'))
    },
  }
}
