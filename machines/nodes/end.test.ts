import { expect, test } from 'vitest'
import { parsedNode, refusalOf, targetsOf } from '../testing/document.ts'

test('end has no way out and refuses to be given one', () => {
  expect(targetsOf({ type: 'end' })).toEqual({})
  expect(refusalOf({ type: 'end' })).toBeNull()
  expect(refusalOf({ type: 'end', next: 'n1' } as never)).toEqual([''])
  expect(parsedNode({ type: 'end' }).kind.lower(parsedNode({ type: 'end' }).node)).toEqual({
    shape: 'end',
    gives: false,
  })
})
