import { expect, test } from 'vitest'
import { boardEn, boardPtBR } from '../../i18n/board-texts.ts'
import { deedOf, keyCaps, KEYS } from './keys.ts'

const press = (key: string, ...held: ('ctrl' | 'meta' | 'alt' | 'shift')[]) => ({
  key,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
})

test('No two deeds share a key', () => {
  const combos = KEYS.flatMap((key) => key.combos)
  expect(combos.filter((combo, at) => combos.indexOf(combo) !== at)).toEqual([])
})

test('Every deed of the table is explained in both languages', () => {
  for (const { deed } of KEYS) {
    expect(Object.keys(boardPtBR.board.keys.deeds)).toContain(deed)
    expect(Object.keys(boardEn.board.keys.deeds)).toContain(deed)
  }
})

test('Control and Command are the same, Shift counts with letters and not with signs', () => {
  expect(deedOf(press('z', 'ctrl'))).toBe('undo')
  expect(deedOf(press('Z', 'meta', 'shift'))).toBe('redo')
  expect(deedOf(press('g'))).toBe('group')
  expect(deedOf(press('G', 'shift'))).toBe('ungroup')
  expect(deedOf(press('?', 'shift'))).toBe('help')
  expect(deedOf(press('/'))).toBe('find')
  expect(deedOf(press('ArrowDown', 'alt'))).toBe('nudge')
  expect(deedOf(press(' '))).toBe('insert')
})

test('The clipboard is left to the browser, other keys to everybody', () => {
  expect(deedOf(press('c'))).toBe('connect')
  expect(deedOf(press('c', 'ctrl'))).toBeNull()
  expect(deedOf(press('v', 'meta'))).toBeNull()
  expect(deedOf(press('q'))).toBeNull()
  expect(deedOf(press('Tab'))).toBeNull()
})

test('A combination is shown as it stands on the keys', () => {
  expect(keyCaps('mod+shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z'])
  expect(keyCaps('mod+z', true)).toEqual(['⌘', 'Z'])
  expect(keyCaps('+', false)).toEqual(['+'])
  expect(keyCaps('shift+arrowup', false)).toEqual(['Shift', 'arrowup'])
})
