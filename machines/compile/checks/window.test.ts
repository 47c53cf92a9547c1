import { expect, test } from 'vitest'
import { textNode } from '../../testing/document.ts'
import { findingsIn, foundIn } from '../../testing/findings.ts'

const CODE = 'WINDOW_MAYBE_CLOSED'
const wrote = { trigger: { type: 'message.received.whatsapp' } }
const delay = (duration: string, more: object = {}) => ({ type: 'delay', duration, ...more })
const wait = (event: string, more: object = {}) => ({ type: 'wait.for.event', event, ...more })
const say = textNode('say')

test('who has just written can be answered; a lead may never have written', () => {
  expect(foundIn([say], CODE, wrote)).toEqual([])
  expect(foundIn([say], CODE)).toEqual(['say $.nodes[0]'])
  expect(foundIn([wait('message.received.whatsapp'), say], CODE)).toEqual([])
  expect(foundIn([wait('message.received.email'), say], CODE)).toEqual(['say $.nodes[1]'])
})

test('templates and e-mails need no window', () => {
  const nodes = [
    { type: 'whatsapp.send_template', template: 'oferta' },
    { type: 'email.send_template', template: 'oferta' },
  ]
  expect(foundIn(nodes, CODE)).toEqual([])
})

test('delays and time-outs add up to a day', () => {
  expect(foundIn([delay('PT12H'), delay('PT11H'), say], CODE, wrote)).toEqual([])
  expect(foundIn([delay('PT12H'), delay('PT12H'), say], CODE, wrote)).toEqual(['say $.nodes[2]'])
  expect(foundIn([wait('x.y', { timeout: 'PT23H' }), say], CODE, wrote)).toEqual([])
  expect(foundIn([wait('x.y'), say], CODE, wrote)).toEqual(['say $.nodes[1]'])
  expect(foundIn([{ type: 'wait.until', at: { time: '09:00' } }, say], CODE, wrote)).toEqual([])
})

test('a message on the way opens it again', () => {
  const nodes = [delay('P2D'), wait('message.received'), delay('PT1H'), say]
  expect(foundIn(nodes, CODE, wrote)).toEqual([])
  const ask = { id: 'q', type: 'ask', text: 'Tudo bem?' }
  expect(foundIn([delay('PT23H'), ask, delay('PT23H'), say], CODE, wrote)).toEqual([])
})

test('the time-out of a group bounds what is waited for inside', () => {
  const nodes = (timeout: string) => [
    { id: 'g', type: 'group', timeout, timeoutNext: 'say', next: null },
    { ...wait('x.y'), parent: 'g' },
    say,
  ]
  expect(foundIn(nodes('PT5H'), CODE, wrote)).toEqual([])
  expect(foundIn(nodes('P2D'), CODE, wrote)).toEqual(['say $.nodes[2]'])
})

test('a loop that lets time pass gets as old as it likes, and the trace ends at the message', () => {
  const nodes = [textNode('say'), delay('PT1H', { next: 'say' })]
  const [found] = findingsIn(nodes, CODE, wrote)
  expect(found?.trace?.states.at(-1)).toBe('say')
})
