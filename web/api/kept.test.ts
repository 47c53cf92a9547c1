import { expect, test } from 'vitest'
import type { JournalItem } from '#machines/contracts/api.ts'
import { keptItems } from './kept.ts'

const item = (seq: number, note: string | null) => ({ seq, note }) as JournalItem

test('Only what came since the conversation was taken counts, in the order in which it came', () => {
  const journal = [
    item(6, 'kept_for_later'),
    item(5, 'agent_has_conversation'),
    item(4, 'kept_for_later'),
    item(3, 'agent_took_conversation'),
    item(2, 'kept_for_later'),
    item(1, null),
  ]
  expect(keptItems(journal).map(({ seq }) => seq)).toEqual([4, 6])
  expect(keptItems([item(7, 'agent_gave_back'), ...journal])).toEqual([])
})
