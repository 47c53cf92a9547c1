import { expect, test } from 'vitest'
import { type LiveNotice, noticesOf } from './notice.ts'

const workflowId = (n: number): string => `wf_${'w'.repeat(95)}${n}`
const noticeOf = (contacts: number, workflows: number): LiveNotice => ({
  tenantId: 'tnt_01jd0000000000000000000000',
  contacts: Array.from({ length: contacts }, (_, n) => `cnt_01jd0000000000000000000${n}`),
  workflows: Array.from({ length: workflows }, (_, n) => workflowId(n)),
  moves: Array.from({ length: contacts }, (_, n) => ({
    workflowId: workflowId(n % Math.max(1, workflows)),
    contactId: `cnt_${n}`,
    name: '🦜'.repeat(30),
    from: '🦜'.repeat(64),
    to: '🦜'.repeat(64),
    at: '2026-01-15T12:00:00.000Z',
  })),
})

test.each([
  [1, 1],
  [500, 1],
  [500, 200],
  [1, 500],
])(
  'what happened to %i contacts in %i workflows fits into notices, and nobody is left out',
  (contacts, workflows) => {
    const given = noticeOf(contacts, workflows)
    const notices = noticesOf(given)
    // PostgreSQL takes payloads shorter than 8000 bytes.
    for (const notice of notices) expect(Buffer.byteLength(notice)).toBeLessThan(8000)
    const read = notices.map((notice) => JSON.parse(notice) as LiveNotice)
    expect(read.flatMap((notice) => notice.contacts)).toEqual(given.contacts)
    expect(read.flatMap((notice) => notice.workflows)).toEqual(given.workflows)
    for (const { workflows: told, moves } of read) {
      for (const move of moves) expect(told).toContain(move.workflowId)
    }
  },
)

test('a contact that moved in no workflow is told all the same', () => {
  expect(noticesOf({ ...noticeOf(1, 0), moves: [] })).toHaveLength(1)
})
