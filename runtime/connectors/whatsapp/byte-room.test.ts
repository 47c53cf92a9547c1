import { expect, test } from 'vitest'
import { createByteRoom } from './byte-room.ts'

const never = new AbortController().signal

test('who finds no room waits for who leaves, in order', async () => {
  const room = createByteRoom(10)
  const leave = await room.enter(8, never)
  const order: string[] = []
  const large = room.enter(9, never).then((left) => (order.push('large'), left))
  const small = room.enter(1, never).then((left) => (order.push('small'), left))
  await Promise.resolve()
  expect(order).toEqual([])
  leave?.()
  ;(await large)?.()
  await small
  expect(order).toEqual(['large', 'small'])
})

test('who needs more than there is enters alone, and who gives up does not', async () => {
  const room = createByteRoom(10)
  const leave = await room.enter(100, never)
  const waiting = new AbortController()
  const refused = room.enter(1, waiting.signal)
  waiting.abort()
  expect(await refused).toBeNull()
  leave?.()
  expect(await room.enter(10, never)).toBeTypeOf('function')
  expect(await room.enter(1, AbortSignal.abort())).toBeNull()
})
