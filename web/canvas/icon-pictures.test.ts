import { addIcon } from '@iconify/vue'
import { expect, test } from 'vitest'
import { iconPicture, inkOf, type Inks } from './icon-pictures.ts'

const INKS: Inks = {
  toned: '#111111',
  primary: '#222222',
  waiting: '#333333',
  attention: '#444444',
  failed: '#555555',
  elevated: '#666666',
  'attention-soft': '#777777',
}

addIcon('lucide:sample', {
  body: '<path stroke="currentColor" d="M1 1h2"/>',
  width: 24,
  height: 24,
})

const drawn = (picture: string) => decodeURIComponent(picture)

test('a picture is drawn in the ink of its state, on a diamond where it is a choice', () => {
  const plain = drawn(iconPicture('sample', 'state', 'toned', INKS))
  expect(plain).toContain('color="#111111"')
  expect(plain).toContain('stroke="currentColor"')
  expect(plain).not.toContain('<rect')
  expect(drawn(iconPicture('sample', 'choice', 'toned', INKS))).toContain('<g fill="#666666">')
  expect(drawn(iconPicture('sample', 'choice', 'attention', INKS))).toContain('<g fill="#777777">')
})

test('another theme draws another picture', () => {
  const dark = { ...INKS, toned: '#eeeeee' }
  expect(iconPicture('sample', 'state', 'toned', dark)).not.toBe(
    iconPicture('sample', 'state', 'toned', INKS),
  )
})

test('an icon that is not known leaves its place empty', () => {
  expect(iconPicture('unheard-of', 'state', 'toned', INKS)).toBe('none')
})

test('what is the matter with a state comes before what it is', () => {
  expect(inkOf('trigger', undefined)).toBe('primary')
  expect(inkOf('trigger', { tone: 'waiting' })).toBe('waiting')
  expect(inkOf('failed', { tone: 'failed' })).toBe('failed')
  expect(inkOf('state', { tone: 'attention' })).toBe('attention')
  expect(inkOf('state', { tone: 'attention', dimmed: true })).toBe('toned')
  expect(inkOf('choice', { tone: 'waiting' })).toBe('toned')
  expect(inkOf('state', { tone: 'running' })).toBe('toned')
})
