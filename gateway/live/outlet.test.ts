// The pace of one topic: the newest state at once, then at most ten messages a second.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerMessage } from '#machines/contracts/live.ts'
import { createOutlet, type Outlet } from './outlet.ts'

const at = '2026-03-02T12:00:00.000Z'
const counts = (count: number): ServerMessage => ({
  type: 'workflow.counts',
  topic: 't',
  workflowId: 'wf_1',
  versionId: null,
  states: { n1: count },
  at,
})
const moved = (...contacts: string[]): ServerMessage => ({
  type: 'workflow.moved',
  topic: 't',
  workflowId: 'wf_1',
  moves: contacts.map((contactId) => ({ contactId, name: null, from: null, to: 'n1', at })),
})

let sent: ServerMessage[]
let outlet: Outlet
beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  outlet = createOutlet({ send: (message) => sent.push(message), spacingMs: 100 })
})
afterEach(() => vi.useRealTimers())

describe('an outlet', () => {
  it('keeps what comes before it opens', () => {
    outlet.offer(counts(1))
    expect(sent).toEqual([])
    outlet.open()
    expect(sent).toEqual([counts(1)])
  })

  it('sends ten messages a second of a thousand, and the newest last', () => {
    outlet.open()
    for (let count = 1; count <= 1000; count++) {
      outlet.offer(counts(count))
      vi.advanceTimersByTime(1)
    }
    vi.advanceTimersByTime(200)
    expect(sent.length).toBeGreaterThanOrEqual(10)
    expect(sent.length).toBeLessThanOrEqual(11)
    expect(sent.at(-1)).toEqual(counts(1000))
  })

  it('sends the first after a silence at once', () => {
    outlet.open()
    outlet.offer(counts(1))
    vi.advanceTimersByTime(5_000)
    outlet.offer(counts(2))
    expect(sent).toEqual([counts(1), counts(2)])
  })

  it('adds moves up and counts two kinds of messages as two', () => {
    outlet.open()
    outlet.offer(counts(1))
    for (const message of [moved('a'), counts(2), moved('b'), counts(3)]) outlet.offer(message)
    vi.advanceTimersByTime(100)
    expect(sent).toEqual([counts(1), moved('a', 'b'), counts(3)])
    outlet.offer(counts(4))
    vi.advanceTimersByTime(199)
    expect(sent).toHaveLength(3)
    vi.advanceTimersByTime(1)
    expect(sent).toHaveLength(4)
  })

  it('keeps no more moves than the eye can follow', () => {
    outlet.offer(moved(...Array.from({ length: 500 }, (_, index) => `c${index}`)))
    outlet.offer(moved('last'))
    outlet.open()
    const [message] = sent
    expect(message?.type === 'workflow.moved' && message.moves.length).toBe(60)
    expect(message?.type === 'workflow.moved' && message.moves.at(-1)?.contactId).toBe('last')
  })

  it('says nothing after it closed', () => {
    outlet.open()
    outlet.offer(counts(1))
    outlet.offer(counts(2))
    outlet.close()
    vi.advanceTimersByTime(1_000)
    expect(sent).toEqual([counts(1)])
    expect(vi.getTimerCount()).toBe(0)
  })
})
