import { expect, test } from 'vitest'
import type { JournalItem } from '#machines/contracts/api.ts'
import { stepIcon } from './journal-looks.ts'

function item(event: string, status: 'delivered' | 'failed'): JournalItem {
  const effect = { id: 'e', kind: 'whatsapp.send_text', nodeId: 'a', status }
  const step = { seq: 1, event, effects: [effect], moves: [] }
  return step as unknown as JournalItem
}

test('A Step that failed never shows a check mark', () => {
  expect(stepIcon(item('effect.done', 'delivered'))).toBe('i-lucide-check')
  expect(stepIcon(item('effect.done', 'failed'))).toBe('i-lucide-triangle-alert')
  expect(stepIcon(item('effect.failed', 'failed'))).toBe('i-lucide-triangle-alert')
})
