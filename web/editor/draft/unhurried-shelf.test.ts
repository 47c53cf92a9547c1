import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { documentOf, textNode } from '#machines/testing/document.ts'
import type { KeptDraft } from './kept-draft.ts'
import { unhurriedShelf } from './unhurried-shelf.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open() {
  const writes: (KeptDraft | null)[] = []
  const page = new EventTarget()
  const shelf = unhurriedShelf(
    { read: () => null, keep: (draft) => writes.push(draft), clear: () => writes.push(null) },
    { page, pause: 400 },
  )
  return { shelf, writes, page }
}
const typed = (text: string, revision = 1): KeptDraft => ({
  document: documentOf([textNode('a', { text })]) as WorkflowDocument,
  revision,
})

test('Many letters are written once, the last of them, though nobody pauses', () => {
  const { shelf, writes } = open()
  const letters = ['O', 'Ol', 'Olá', 'Olá!'].map((text) => typed(text))
  for (const letter of letters) {
    shelf.keep(letter)
    vi.advanceTimersByTime(130)
  }
  expect(writes).toEqual([letters[3]])
})

test.each(['pagehide', 'visibilitychange', 'beforeunload'])('At %s nothing waits', (event) => {
  const { shelf, writes, page } = open()
  const draft = typed('um')
  shelf.keep(draft)
  page.dispatchEvent(new Event(event))
  expect(writes).toEqual([draft])
  vi.advanceTimersByTime(1_000)
  expect(writes).toEqual([draft])
})

test('What is on the server is not written after it was cleared', () => {
  const { shelf, writes } = open()
  shelf.keep(typed('um'))
  shelf.clear()
  vi.advanceTimersByTime(1_000)
  expect(writes).toEqual([null])
})

test('The same document over another revision is written again, over the same one it is not', () => {
  const { shelf, writes } = open()
  const draft = typed('um')
  for (const revision of [1, 1, 2]) {
    shelf.keep({ ...draft, revision })
    vi.advanceTimersByTime(1_000)
  }
  expect(writes.map((write) => write?.revision)).toEqual([1, 2])
})

test('An undo to what is written forgets what waits', () => {
  const { shelf, writes } = open()
  const draft = typed('um')
  shelf.keep(draft)
  vi.advanceTimersByTime(1_000)
  shelf.keep(typed('dois'))
  shelf.keep(draft)
  vi.advanceTimersByTime(1_000)
  expect(writes).toEqual([draft])
})

test('Once it is closed everything is written at once', () => {
  const { shelf, writes, page } = open()
  const [first, second] = [typed('um'), typed('dois')]
  shelf.keep(first)
  shelf.close()
  shelf.keep(second)
  page.dispatchEvent(new Event('pagehide'))
  expect(writes).toEqual([first, second])
})
