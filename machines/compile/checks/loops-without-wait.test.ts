import { expect, test } from 'vitest'
import { choiceNode } from '../../testing/document.ts'
import { findingsIn } from '../../testing/findings.ts'

const CODE = 'LOOP_WITHOUT_WAIT'

test('the fix waits on the way back under an id that is free', () => {
  const nodes = [choiceNode('espera', 'b', null), choiceNode('b', 'espera', null)]
  expect(findingsIn(nodes, CODE)[0]?.fix).toEqual([
    { op: 'replace', path: '/nodes/1/then', value: 'espera_2' },
    {
      op: 'add',
      path: '/nodes/2',
      value: { id: 'espera_2', type: 'delay', duration: 'PT1M', next: 'espera' },
    },
  ])
})

test('no fix where another way out would run into the wait', () => {
  const open = { id: 'b', type: 'if', condition: { value: '$.a', op: 'exists' }, then: 'a' }
  expect(findingsIn([choiceNode('a', 'b', null), open], CODE)[0]?.fix).toBeNull()
})
