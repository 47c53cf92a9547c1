import { expect, test } from 'vitest'
import { plainWords } from './plain-words.ts'

test.each([
  ['  Não, obrigado! ', 'nao obrigado'],
  ['MENU', 'menu'],
  ['Ação—já…', 'acao ja'],
  ['①', '1'],
  ['👍', ''],
  ['مرحبا', 'مرحبا'],
  ['', ''],
])('%j is %j', (text, words) => {
  expect(plainWords(text)).toBe(words)
})

test('a long text costs no more than a short one', () => {
  const started = process.threadCpuUsage().user
  expect(plainWords('é'.repeat(5_000_000)).length).toBeLessThanOrEqual(200)
  expect((process.threadCpuUsage().user - started) / 1000).toBeLessThan(100)
})
