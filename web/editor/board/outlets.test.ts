import { expect, test } from 'vitest'
import { waysOut } from './outlets.ts'

const names = (node: { type: string; [field: string]: unknown }) =>
  waysOut({ id: 'n', ...node }).map(({ name }) => name)

test('What can fail offers the way after a failure before anybody has drawn it', () => {
  expect(names({ type: 'whatsapp.send_text', text: 'Oi' })).toEqual(['next', 'error'])
  expect(names({ type: 'whatsapp.send_text', text: 'Oi', onError: null })).toEqual([
    'next',
    'error',
  ])
  expect(names({ type: 'delay', duration: 'P1D' })).toEqual(['next'])
})

test('A way that is not written yet is told from one that is', () => {
  const open = (node: { type: string; [field: string]: unknown }) =>
    waysOut({ id: 'n', ...node }).flatMap(({ name, isOpen }) => (isOpen ? [name] : []))
  expect(open({ type: 'wait.for.event', event: 'x.y' })).toEqual(['timeout'])
  expect(open({ type: 'wait.for.event', event: 'x.y', timeout: 'P1D' })).toEqual([])
})

test('A choice offers its ways while its condition is still missing', () => {
  expect(names({ type: 'if' })).toEqual(['then', 'else'])
  expect(names({ type: 'switch', cases: { a: 'x' } })).toEqual(['case:a', 'next', 'default'])
})

test('A container leads inside, the end nowhere, an unknown kind on', () => {
  expect(names({ type: 'group' }).slice(0, 2)).toEqual(['inside', 'next'])
  expect(names({ type: 'end' })).toEqual([])
  expect(names({ type: 'moon.full' })).toEqual(['next', 'error'])
})
