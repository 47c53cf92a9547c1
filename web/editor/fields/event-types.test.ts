import { expect, test } from 'vitest'
import { eventsIn, eventTypes } from './event-types.ts'

test('events that the document names are offered first, each once', () => {
  const document = {
    trigger: { event: 'cart.abandoned' },
    nodes: [{ on: [{ event: 'cart.abandoned' }] }],
  }
  expect(eventsIn(document)).toEqual(['cart.abandoned'])
  const types = eventTypes(['cart.abandoned', 'link.clicked'], { starts: false })
  expect(types.slice(0, 2)).toEqual(['cart.abandoned', 'link.clicked'])
  expect(new Set(types).size).toBe(types.length)
})

test('a run cannot start by what became of a message', () => {
  expect(eventTypes([], { starts: false })).toContain('message.read')
  expect(eventTypes([], { starts: true })).not.toContain('message.read')
})
