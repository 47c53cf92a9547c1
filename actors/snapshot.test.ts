import { expect, test } from 'vitest'
import { createContactState, restoreContactState } from './snapshot.ts'
import { ANA, copyOf } from './testing/contact.ts'

test('a stored snapshot is read back as it was', () => {
  const state = createContactState(ANA)
  expect(restoreContactState(copyOf(state))).toEqual(state)
})

test('one that was stored before a field was known has it as for a new contact', () => {
  const { optOuts: _optOuts, deferred: _deferred, ...old } = createContactState(ANA)
  expect(restoreContactState(copyOf(old))).toEqual(createContactState(ANA))
})

test('SNAPSHOT_VERSION: what another format wrote is refused', () => {
  for (const stored of [null, undefined, {}, 'x', { ...createContactState(), format: 2 }]) {
    expect(() => restoreContactState(stored)).toThrow(
      expect.objectContaining({ code: 'SNAPSHOT_VERSION' }),
    )
  }
})
