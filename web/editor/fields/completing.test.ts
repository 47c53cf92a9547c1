import { expect, test } from 'vitest'
import type { Completion } from '../../checker/checking.ts'
import { completed, matchingFilters, matchingValues, placeAt } from './completing.ts'

/** The caret stands where the bar is. */
function at(marked: string, options: { mayBePath?: boolean; isAsked?: boolean } = {}) {
  const caret = marked.indexOf('|')
  const text = marked.replace('|', '')
  const place = placeAt(text, caret, { mayBePath: false, isAsked: false, ...options })
  return { text, place }
}

function chosen(marked: string, name: string, options?: Parameters<typeof at>[1]): string {
  const { text, place } = at(marked, options)
  if (!place) throw new Error('nothing to complete')
  const after = completed(text, place, name)
  return `${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`
}

const known = (path: string): Completion => ({
  path,
  kind: 'vars',
  type: null,
  maybeEmpty: false,
  from: null,
})

test('a value is completed inside a placeholder and inside a tag, and nowhere else', () => {
  expect(at('Oi {{ con|').place).toMatchObject({ kind: 'value', query: 'con', form: 'plain' })
  expect(at('{% if vars.x|').place).toMatchObject({ kind: 'value', query: 'vars.x' })
  expect(at('{% i|').place).toBeNull()
  expect(at('Oi {{ x }} con|').place).toBeNull()
  expect(at('Oi con|').place).toBeNull()
  expect(at('{{ "con|').place).toBeNull()
})

test('after a bar a filter is completed, after its colon a value', () => {
  const piped = (before: string) =>
    placeAt(before, before.length, { mayBePath: false, isAsked: false })
  expect(piped('{{ x | up')).toMatchObject({ kind: 'filter', query: 'up' })
  expect(piped('{{ x | ')).toMatchObject({ kind: 'filter', query: '' })
  expect(piped('{{ x | append: va')).toMatchObject({ kind: 'value', query: 'va' })
  expect(piped('{{ "a|b" | d')).toMatchObject({ kind: 'filter', query: 'd' })
})

test('a path is completed where the field takes one', () => {
  expect(at('$.va|', { mayBePath: true }).place).toMatchObject({ query: 'va', form: 'path' })
  expect(at('$|', { mayBePath: true }).place).toMatchObject({ query: '', form: 'path' })
  expect(at('$.va|').place).toBeNull()
})

test('a choice replaces what was written of it and closes the placeholder', () => {
  expect(chosen('Oi {{ con|', 'contact.name')).toBe('Oi {{ contact.name }}|')
  expect(chosen('Oi {{|', 'contact.name')).toBe('Oi {{ contact.name }}|')
  expect(chosen('Oi {{ con| }}!', 'contact.name')).toBe('Oi {{ contact.name| }}!')
  expect(chosen('{{ co|ntact.x }}', 'contact.name')).toBe('{{ contact.name| }}')
  expect(chosen('Oi {{ con| e {{ x }}', 'contact.name')).toBe('Oi {{ contact.name }}| e {{ x }}')
  expect(chosen('{% if va|', 'vars.x')).toBe('{% if vars.x|')
  expect(chosen('$.va|', 'vars.total', { mayBePath: true })).toBe('$.vars.total|')
})

test('asked for outside of a placeholder, one is begun', () => {
  expect(at('Oi |!', { isAsked: true }).place).toMatchObject({ form: 'placeholder' })
  expect(chosen('Oi |!', 'contact.name', { isAsked: true })).toBe('Oi {{ contact.name }}|!')
})

test('a filter comes with what it needs', () => {
  const text = '{{ x | def }}'
  const place = placeAt(text, 10, { mayBePath: false, isAsked: false })!
  expect(completed(text, place, 'default').text).toBe('{{ x | default: "" }}')
  expect(completed(text, place, 'upcase').text).toBe('{{ x | upcase }}')
})

test('the best matches come first: by the beginning, by the last name, by any part', () => {
  const all = ['payload.total', 'contact.name', 'total.x', 'vars.subtotal'].map(known)
  expect(matchingValues(all, 'tot').map(({ path }) => path)).toEqual([
    'total.x',
    'payload.total',
    'vars.subtotal',
  ])
  expect(matchingValues(all, '')).toEqual(all)
  expect(matchingFilters(['upcase', 'downcase', 'default'], 'd')).toEqual(['downcase', 'default'])
})
