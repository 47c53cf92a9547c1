// What the built app loads: it grows by a careless import, and nobody on a fast line notices.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Load, loadsOf, tellLoad } from './load-size.ts'

const WEB_DIST = process.env['WEB_DIST'] ?? join(import.meta.dirname, 'dist')
const KB = 1000

const { first, builder } = loadsOf(WEB_DIST)

test.each<[string, Load, number]>([
  ['The first load', first, 250 * KB],
  ['The builder beyond the first load', builder, 350 * KB],
])('%s is small, whichever way it is compressed', (_, load, most) => {
  expect(load.chunks.length).toBeGreaterThan(1)
  expect(load.brotli, tellLoad(load)).toBeLessThanOrEqual(most)
  expect(load.gzip, tellLoad(load)).toBeLessThanOrEqual(most)
})

test('Neither the drawing library nor the machines are in the first load', () => {
  const names = first.chunks.map(({ file }) => file)
  expect(names.filter((name) => /vue-flow|canvas|dagre|compile|registry/i.test(name))).toEqual([])
})
