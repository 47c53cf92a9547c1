// What a page says of its person: held until the topic is followed, paced, and taken back when it leaves.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { EditorPlace } from '#runtime/index.ts'
import { createPresence, type Presence } from './presence.ts'

const ACTOR = { tenantId: 'tnt_acme', userId: 'usr_ana', role: 'builder' } as const
const TOPIC = 'editors:wf_1'

let told: (Pick<EditorPlace, 'workflowId' | 'nodeId' | 'typing'> | 'gone')[]
let followed: Set<string>
beforeEach(() => {
  vi.useFakeTimers()
  told = []
  followed = new Set([TOPIC])
})
afterEach(() => vi.useRealTimers())

const open = (mayEdit = true): Presence =>
  createPresence({
    live: {
      here: (_actor, { workflowId, nodeId, typing }) =>
        void told.push({ workflowId, nodeId, typing }),
      gone: () => void told.push('gone'),
    },
    actor: ACTOR,
    connectionId: 'line',
    name: 'Ana',
    mayEdit,
    spacingMs: 100,
    isFollowed: (topic) => followed.has(topic),
  })
const at = (nodeId: string | null, typing = false) => ({ workflowId: 'wf_1', nodeId, typing })

it('tells the first word at once, and of the next ones the last', () => {
  const presence = open()
  for (const node of ['a', 'b', 'c']) presence.say(at(node))
  expect(told).toEqual([at('a')])
  vi.advanceTimersByTime(100)
  expect(told).toEqual([at('a'), at('c')])
  vi.advanceTimersByTime(1_000)
  expect(told).toHaveLength(2)
})

it('keeps a word until the topic is followed, and forgets it when it is left', () => {
  followed.clear()
  const presence = open()
  presence.say(at('a'))
  expect(told).toEqual([])
  followed.add(TOPIC)
  presence.followed(TOPIC)
  expect(told).toEqual([at('a')])
  presence.say(at('b'))
  presence.left(TOPIC)
  followed.clear()
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual([at('a'), 'gone'])
})

it('of whoever may only look holds no form', () => {
  open(false).say(at('a', true))
  expect(told).toEqual([at('a', false)])
})

it('leaves once, with nothing still to be told', () => {
  const presence = open()
  presence.say(at('a'))
  presence.say(at('b'))
  presence.close()
  presence.left(TOPIC)
  presence.close()
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual([at('a'), 'gone'])
  expect(vi.getTimerCount()).toBe(0)
})
