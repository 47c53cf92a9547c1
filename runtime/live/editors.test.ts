// Two processes that tell each other, with a clock of the test's own: who is where, since when, and who is forgotten.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EditorPlace } from '../face.ts'
import { createEditors, type Editors } from './editors.ts'
import { wordOf } from './editors-notice.ts'

const ANA = { tenantId: 'tnt_a', userId: 'usr_ana', role: 'builder' } as const
const BIA = { tenantId: 'tnt_a', userId: 'usr_bia', role: 'owner' } as const
const place = (given: Partial<EditorPlace> = {}): EditorPlace => ({
  connectionId: 'ana-1',
  name: 'Ana',
  workflowId: 'wf_1',
  nodeId: null,
  typing: false,
  ...given,
})

let one: Editors
let two: Editors
let changes: string[]
let isCut: boolean
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-03-02T12:00:00.000Z') })
  changes = []
  isCut = false
  const tell = (from: () => Editors, to: () => Editors) => (word: string) => {
    from().hear(word)
    if (!isCut) to().hear(word)
  }
  const options = { onChange: () => {}, onSaved: () => {} }
  one = createEditors({
    ...options,
    tell: tell(
      () => one,
      () => two,
    ),
  })
  two = createEditors({
    ...options,
    tell: tell(
      () => two,
      () => one,
    ),
    onChange: (_tenant, workflowId) => changes.push(workflowId),
  })
})
afterEach(() => {
  one.stop()
  two.stop()
  vi.useRealTimers()
})
const inTwo = (workflowId = 'wf_1', tenantId = 'tnt_a') => two.peopleIn(tenantId, workflowId)

test('a person of one process is seen in the other, and repeating oneself changes nothing', () => {
  one.here(ANA, place({ nodeId: 'n1' }))
  vi.advanceTimersByTime(15_000)
  one.here(ANA, place({ nodeId: 'n1' }))
  expect(inTwo()).toEqual([
    {
      connectionId: 'ana-1',
      userId: 'usr_ana',
      name: 'Ana',
      nodeId: 'n1',
      typing: false,
      since: '2026-03-02T12:00:00.000Z',
    },
  ])
  expect(changes).toEqual(['wf_1'])
})

test('since when somebody is where they are starts again when they move or begin to type', () => {
  const sinces = [place(), place({ nodeId: 'n1' }), place({ nodeId: 'n1', typing: true })].map(
    (next) => {
      vi.advanceTimersByTime(1_000)
      one.here(ANA, next)
      return inTwo()[0]?.since
    },
  )
  expect(new Set(sinces).size).toBe(3)
})

test('two pages of one person are two, and going to another workflow leaves the first', () => {
  one.here(ANA, place())
  one.here(ANA, place({ connectionId: 'ana-2' }))
  expect(inTwo().map(({ connectionId }) => connectionId)).toEqual(['ana-1', 'ana-2'])
  changes = []
  one.here(ANA, place({ workflowId: 'wf_2' }))
  expect([inTwo(), inTwo('wf_2')].map((people) => people.length)).toEqual([1, 1])
  expect(changes.toSorted()).toEqual(['wf_1', 'wf_2'])
})

test('who closes the page is gone at once, who falls silent after forty seconds', () => {
  one.here(ANA, place())
  one.here(BIA, place({ connectionId: 'bia-1' }))
  one.gone(ANA, 'ana-1')
  expect(inTwo().map(({ userId }) => userId)).toEqual(['usr_bia'])
  vi.advanceTimersByTime(39_000)
  expect(inTwo()).toHaveLength(1)
  vi.advanceTimersByTime(7_000)
  expect(inTwo()).toEqual([])
  expect(changes.at(-1)).toBe('wf_1')
})

test('whoever missed words is told again by everybody who still speaks', () => {
  isCut = true
  one.here(ANA, place())
  isCut = false
  expect(inTwo()).toEqual([])
  two.askOnce()
  expect(inTwo()).toHaveLength(1)
  // Somebody silent is not kept alive by being asked for.
  vi.advanceTimersByTime(41_000)
  two.ask()
  two.hear('')
  vi.advanceTimersByTime(5_000)
  expect(inTwo()).toEqual([])
})

test('I9: no word of another tenant moves, names or removes anybody', () => {
  const rival = { tenantId: 'tnt_b', userId: 'usr_r', role: 'owner' } as const
  one.here(ANA, place())
  const [editor] = inTwo()
  if (!editor) throw new Error('nobody is here')
  two.hear(
    wordOf({
      tenantId: 'tnt_b',
      workflowId: 'wf_1',
      here: { ...editor, name: 'Rival' },
    }),
  )
  two.gone(rival, 'ana-1')
  two.hear(wordOf({ tenantId: 'tnt_b', workflowId: 'wf_1', gone: 'ana-1' }))
  expect(inTwo()).toMatchObject([{ name: 'Ana' }])
  expect(inTwo('wf_1', 'tnt_b')).toEqual([])
})

test('a word fits into a notice, whatever somebody is called', () => {
  let longest = 0
  const speaking = createEditors({
    tell: (word) => (longest = Math.max(longest, Buffer.byteLength(word))),
    onChange: () => {},
    onSaved: () => {},
  })
  speaking.here(ANA, place({ name: '🦜'.repeat(9_000), nodeId: '🦜'.repeat(9_000) }))
  expect(longest).toBeLessThan(7_900)
  speaking.stop()
})
