import { expect, test } from 'vitest'
import {
  behaviourOf,
  NOW,
  parsedNode,
  refusalOf,
  targetsOf,
  ZONE,
  scopeWith,
} from '../testing/document.ts'

const body = (duration: unknown, more: object = {}) => ({ type: 'delay', duration, ...more })

test('delay accepts positive ISO durations and refuses zero, negative, over five years and words', () => {
  for (const good of ['PT10M', 'P1D', 'P2W', 'P5Y']) expect(refusalOf(body(good))).toBeNull()
  for (const bad of ['PT0S', 'P0D', '-P1D', 'P6Y', '10m', '', 10, null]) {
    expect(refusalOf(body(bad)), String(bad)).toEqual(['duration'])
  }
})

test('delay cannot fail, so it has no onError', () => {
  expect(refusalOf(body('P1D', { onError: 'n2' }))).toEqual([''])
})

test('delay leads to the next node when next is left out, and ends on null', () => {
  expect(targetsOf(body('P1D'))).toEqual({ next: undefined })
  expect(targetsOf(body('P1D', { next: null }))).toEqual({ next: null })
})

test('delay counts milliseconds from the moment of the Step', () => {
  expect(behaviourOf(body('PT10M')).delay?.(NOW, ZONE, scopeWith())).toBe(600_000)
})

test('delay waits for time only and sums itself up by its duration', () => {
  const { kind, node } = parsedNode(body('PT10M'))
  expect(kind.lower(node)).toEqual({ shape: 'wait', after: { port: 'next' } })
  expect(kind.summarize(node)).toBe('PT10M')
})
