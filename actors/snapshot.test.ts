import { expect, test } from 'vitest'
import { createContactState, restoreContactState } from './snapshot.ts'
import { ANA, copyOf } from './testing/contact.ts'

test('a stored snapshot is read back as it was', () => {
  const state = createContactState(ANA)
  expect(restoreContactState(copyOf(state))).toEqual(state)
})

test('SNAPSHOT_VERSION: what another format wrote is refused', () => {
  for (const stored of [null, undefined, {}, 'x', { ...createContactState(), format: 2 }]) {
    expect(() => restoreContactState(stored)).toThrow(
      expect.objectContaining({ code: 'SNAPSHOT_VERSION' }),
    )
  }
})
