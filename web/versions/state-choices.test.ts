import { expect, test } from 'vitest'
import type { DryRun, StateMapEntry } from '#machines/contracts/versions.ts'
import { fullestOf, openChoices } from './state-choices.ts'

const entry = (from: string, rule: StateMapEntry['rule']): StateMapEntry => ({
  from,
  to: rule === 'none' ? null : from,
  rule,
  message: { 'pt-BR': '', en: '' },
})
const map = [
  entry('kept', 'same'),
  entry('cut', 'split'),
  entry('gone', 'none'),
  entry('lost', 'none'),
]
const version = (versionId: string, active: number) => ({ versionId, number: 1, active, map })
const stuck = [{ state: 'gone' }] as DryRun['cannotMove']
const namesOf = (entries: StateMapEntry[]) => entries.map(({ from }) => from)

test('Asked for are states that are cut up and states in which contacts are stuck', () => {
  const dryRun = { from: [version('ver_1', 2), version('ver_2', 1)], cannotMove: stuck }
  expect(namesOf(openChoices(dryRun, {}))).toEqual(['cut', 'gone'])
})

test('What was chosen can be chosen otherwise, also when nobody is stuck any more', () => {
  const dryRun = { from: [version('ver_1', 2)], cannotMove: [] }
  expect(namesOf(openChoices(dryRun, { lost: 'kept' }))).toEqual(['cut', 'lost'])
})

test('A version that nobody follows asks for nothing', () => {
  expect(openChoices({ from: [version('ver_1', 0)], cannotMove: stuck }, {})).toEqual([])
  expect(fullestOf([version('ver_1', 0), version('ver_2', 3)])).toBe('ver_2')
  expect(fullestOf([])).toBe('')
})
