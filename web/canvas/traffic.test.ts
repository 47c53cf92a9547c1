import { expect, test } from 'vitest'
import { createTraffic } from './traffic.ts'

test('A few contacts are told one by one, many are not', () => {
  const traffic = createTraffic()
  expect(traffic.passed(3, 0)).toBe(false)
  expect(traffic.passed(5, 400)).toBe(false)
  expect(traffic.passed(1, 800)).toBe(true)
})

test('What passed more than a second ago does not count', () => {
  const traffic = createTraffic()
  for (let at = 0; at < 10_000; at += 1_000) expect(traffic.passed(8, at)).toBe(false)
})

test('A pause in dense traffic does not change how it is shown, calm does', () => {
  const traffic = createTraffic()
  expect(traffic.passed(60, 0)).toBe(true)
  expect(traffic.passed(1, 2_900)).toBe(true)
  expect(traffic.passed(1, 3_100)).toBe(false)
})

test('A way is lit for a while after the last contact', () => {
  const traffic = createTraffic()
  traffic.light(['a', 'b'], 0)
  traffic.light(['a'], 2_000)
  expect([...traffic.busyAt(2_400)]).toEqual(['a', 'b'])
  expect([...traffic.busyAt(2_500)]).toEqual(['a'])
  expect([...traffic.busyAt(4_500)]).toEqual([])
})
