// Every key of the board, in one table: what is pressed, what it does, where the help shows it. Pure.

export type BoardDeed =
  | 'walk'
  | 'extend'
  | 'open'
  | 'find'
  | 'all'
  | 'none'
  | 'insert'
  | 'connect'
  | 'duplicate'
  | 'copy'
  | 'cut'
  | 'paste'
  | 'remove'
  | 'move'
  | 'group'
  | 'ungroup'
  | 'nudge'
  | 'undo'
  | 'redo'
  | 'left'
  | 'centre'
  | 'distribute'
  | 'tidy'
  | 'fit'
  | 'zoomIn'
  | 'zoomOut'
  | 'palette'
  | 'problems'
  | 'simulator'
  | 'help'

export const KEY_GROUPS = ['go', 'build', 'arrange', 'see'] as const

export interface BoardKey {
  deed: BoardDeed
  group: (typeof KEY_GROUPS)[number]
  /** `mod` is Ctrl, on a Mac also Cmd. */
  combos: readonly string[]
  /** The browser says it by an event of its own, which brings the clipboard. */
  isClipboard?: true
}

const ARROWS = ['arrowup', 'arrowdown', 'arrowleft', 'arrowright'] as const
const withArrows = (modifier: string) => ARROWS.map((arrow) => `${modifier}+${arrow}`)

export const KEYS: readonly BoardKey[] = [
  { deed: 'walk', group: 'go', combos: ARROWS },
  { deed: 'extend', group: 'go', combos: withArrows('shift') },
  { deed: 'open', group: 'go', combos: ['enter'] },
  { deed: 'find', group: 'go', combos: ['mod+f', '/'] },
  { deed: 'all', group: 'go', combos: ['mod+a'] },
  { deed: 'none', group: 'go', combos: ['escape'] },
  { deed: 'insert', group: 'build', combos: ['a', 'space'] },
  { deed: 'connect', group: 'build', combos: ['c'] },
  { deed: 'move', group: 'build', combos: ['m'] },
  { deed: 'group', group: 'build', combos: ['g'] },
  { deed: 'ungroup', group: 'build', combos: ['shift+g'] },
  { deed: 'remove', group: 'build', combos: ['delete', 'backspace'] },
  { deed: 'duplicate', group: 'build', combos: ['mod+d'] },
  { deed: 'copy', group: 'build', combos: ['mod+c'], isClipboard: true },
  { deed: 'cut', group: 'build', combos: ['mod+x'], isClipboard: true },
  { deed: 'paste', group: 'build', combos: ['mod+v'], isClipboard: true },
  { deed: 'undo', group: 'build', combos: ['mod+z'] },
  { deed: 'redo', group: 'build', combos: ['mod+shift+z', 'mod+y'] },
  { deed: 'nudge', group: 'arrange', combos: withArrows('alt') },
  { deed: 'left', group: 'arrange', combos: ['shift+l'] },
  { deed: 'centre', group: 'arrange', combos: ['shift+c'] },
  { deed: 'distribute', group: 'arrange', combos: ['shift+d'] },
  { deed: 'tidy', group: 'arrange', combos: ['shift+t'] },
  { deed: 'fit', group: 'see', combos: ['0'] },
  { deed: 'zoomIn', group: 'see', combos: ['+', '='] },
  { deed: 'zoomOut', group: 'see', combos: ['-'] },
  { deed: 'palette', group: 'see', combos: ['k'] },
  { deed: 'problems', group: 'see', combos: ['p'] },
  { deed: 'simulator', group: 'see', combos: ['t'] },
  { deed: 'help', group: 'see', combos: ['?'] },
]

interface Pressed {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** A sign like `?` is the same with whichever keys a keyboard makes it. */
function comboOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string {
  const name = key === ' ' ? 'space' : key.toLowerCase()
  const isSign = name.length === 1 && !/\p{L}/u.test(name)
  return [
    ctrlKey || metaKey ? 'mod' : '',
    altKey ? 'alt' : '',
    shiftKey && !isSign ? 'shift' : '',
    name,
  ]
    .filter(Boolean)
    .join('+')
}

/** What a pressed key is to do on the board, or null. */
export function deedOf(pressed: Pressed): BoardDeed | null {
  const combo = comboOf(pressed)
  const found = KEYS.find(({ combos, isClipboard }) => !isClipboard && combos.includes(combo))
  return found?.deed ?? null
}

const CAPS: Readonly<Record<string, string>> = {
  shift: 'Shift',
  enter: 'Enter',
  escape: 'Esc',
  delete: 'Del',
  backspace: 'Backspace',
}

/** The parts of a combination as they stand on the keys; arrows and the space bar keep their names. */
export function keyCaps(combo: string, isMac: boolean): string[] {
  return combo.split(/\+(?=.)/).map((part) => {
    if (part === 'mod') return isMac ? '⌘' : 'Ctrl'
    if (part === 'alt') return isMac ? '⌥' : 'Alt'
    return CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part)
  })
}
