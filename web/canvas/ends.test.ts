import { expect, test } from 'vitest'
import { drawnWalk, endsOf } from './ends.ts'

test('The ends of a document are found, and nothing is found in what is no document', () => {
  const nodes = [{ id: 'fim', type: 'end' }, { id: 'a', type: 'if' }, null]
  expect(endsOf({ nodes })).toEqual(new Set(['fim']))
  expect([null, 4, {}, { nodes: 'x' }].map((document) => endsOf(document).size)).toEqual([
    0, 0, 0, 0,
  ])
})

test('A walk to an end is drawn to the one end', () => {
  const walked = { states: ['a', 'fim'], hops: new Set(['a>fim']), at: 'fim' }
  expect(drawnWalk(walked, new Set(['fim']))).toEqual({
    states: ['a', '$end'],
    hops: new Set(['a>$end']),
    at: '$end',
  })
})
