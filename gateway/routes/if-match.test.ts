import { expect, it } from 'vitest'
import { readIfMatch, tagOf } from './if-match.ts'

it('reads what RFC 9110 §13.1.1 allows', () => {
  expect(readIfMatch(undefined)).toBeUndefined()
  expect(readIfMatch(' * ')).toBe('any')
  expect(readIfMatch(tagOf({ revision: 7 }))).toEqual([7])
  expect(readIfMatch('"7" , "8"')).toEqual([7, 8])
})

it('takes a weak or foreign tag for one that matches nothing', () => {
  for (const header of ['W/"7"', '"xyzzy"', '"07"', '"-1"', '""', '"1e3"']) {
    expect(readIfMatch(header), header).toEqual([])
  }
})

it.each(['7', '', '"7', '"7" "8"', '"7",', '*, "7"'])('refuses %s', (header) => {
  expect(() => readIfMatch(header)).toThrow(
    expect.objectContaining({ code: 'REQUEST_INVALID', field: 'if-match' }),
  )
})
