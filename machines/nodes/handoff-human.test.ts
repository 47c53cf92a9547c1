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

const body = (more: object = {}) => ({ type: 'handoff.human', ...more })

test('handoff.human refuses a way out for a time-out that it does not have', () => {
  expect(refusalOf(body())).toBeNull()
  expect(refusalOf(body({ timeout: 'PT2H', timeoutNext: null }))).toBeNull()
  expect(refusalOf(body({ timeoutNext: 'n2' }))).toEqual(['timeout'])
  expect(refusalOf(body({ onError: 'n2' }))).toEqual([''])
})

test('handoff.human leaves when the conversation is given back, or by its time-out', () => {
  expect(targetsOf(body())).toEqual({ next: undefined })
  expect(targetsOf(body({ timeout: 'PT2H', timeoutNext: 'n9' }))).toEqual({
    next: undefined,
    timeout: 'n9',
  })
})

test('handoff.human waits for the event and counts its time-out', () => {
  const { kind, node } = parsedNode(body({ timeout: 'PT2H' }))
  expect(kind.lower(node)).toEqual({
    shape: 'wait',
    event: { type: 'handoff.returned', port: 'next' },
    after: { port: 'timeout' },
  })
  expect(behaviourOf(body({ timeout: 'PT2H' })).delay?.(NOW, ZONE, scopeWith())).toBe(7_200_000)
  expect(behaviourOf(body()).delay).toBeUndefined()
})
