import { expect, test } from 'vitest'
import type { JournalItem } from '#machines/contracts/api.ts'
import { stepIcon, stepTone } from './journal-looks.ts'

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

test('A message that was not let out shows in the timeline', () => {
  const refused = [
    { runId: 'r', nodeId: 'a', kind: 'whatsapp.send_text', code: 'POLICY_OPTED_OUT' },
  ]
  const step = { ...item('timer.fired', 'delivered'), refused }
  expect([stepIcon(step), stepTone(step)]).toEqual(['i-lucide-ban', 'attention'])
  expect(stepTone(item('timer.fired', 'delivered'))).toBe('neutral')
})
