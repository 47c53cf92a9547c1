import { expect, test } from 'vitest'
import { droppedOf } from './frames.ts'

test('Frames in time are none dropped, however they shake', () => {
  expect(droppedOf([16.7, 15.1, 18.3, 16.6])).toBe(0)
})

test('An interval of three frames dropped two', () => {
  expect(droppedOf([16.7, 50])).toBe(50)
})
