import { expect, test } from 'vitest'
import { createLinkTokens } from './link-token.ts'

const tokens = createLinkTokens(Buffer.alloc(32, 7))
const WHOSE = { tenantId: 'tnt_1', contactId: 'cnt_1', effectId: 'eff_1_0' }
const CLICK = {
  ...WHOSE,
  template: 'promo',
  sentAt: 1_790_000_000,
  url: 'https://a.example/?q=ç&r="',
}
const CHOICE = { ...WHOSE, channelId: 'chn_1', purpose: 'marketing' }

test('a token gives back what it was made of, whatever the order of the fields', () => {
  expect(tokens.read('click', tokens.make('click', CLICK))).toEqual(CLICK)
  const { url, ...opened } = CLICK
  expect(tokens.read('open', tokens.make('open', opened))).toEqual(opened)
  const { purpose, ...rest } = CHOICE
  expect(tokens.make('choice', { purpose, ...rest })).toBe(tokens.make('choice', CHOICE))
  expect(url).toContain('ç')
})

test('it says nothing of whom or where to', () => {
  const token = tokens.make('click', CLICK)
  for (const text of [token, Buffer.from(token, 'base64url').toString('latin1')]) {
    for (const word of ['cnt_1', 'tnt_1', 'a.example', 'promo']) expect(text).not.toContain(word)
  }
})

test('no byte can be changed, no kind be another, no other installation be believed', () => {
  const token = tokens.make('choice', CHOICE)
  const bytes = Buffer.from(token, 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(tokens.read('choice', changed.toString('base64url')), `byte ${at}`).toBeNull()
  }
  expect(tokens.read('click', token)).toBeNull()
  expect(tokens.read('open', tokens.make('click', CLICK))).toBeNull()
  expect(createLinkTokens(Buffer.alloc(32, 8)).read('choice', token)).toBeNull()
})

test.each(['', 'x', '!!', 'A'.repeat(9_000), '__proto__', 'a b'])('%j is no token', (token) => {
  for (const kind of ['choice', 'open', 'click'] as const)
    expect(tokens.read(kind, token)).toBeNull()
})
