import { afterEach, expect, test, vi } from 'vitest'
import { SimulatedClock } from 'xstate'
import type { WorkflowConflict } from '#machines/contracts/versions.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { documentOf, textNode } from '#machines/testing/document.ts'
import { insertNode } from '../edits/insert-node.ts'
import { removeNodes } from '../edits/remove-nodes.ts'
import { setField } from '../edits/set-field.ts'
import { createDraft, type OwnedDraft } from './create-draft.ts'
import { createShelf } from './kept-draft.ts'
import type { Saved } from './saving.ts'

const START = documentOf([textNode('a'), textNode('b')]) as WorkflowDocument

/** A server that holds one draft, and answers when it is told to. */
function createServer(document: WorkflowDocument) {
  const held = { document, revision: 1 }
  const asked: { document: WorkflowDocument; revision: number }[] = []
  const answers: ((error: unknown) => void)[] = []
  const save = (sent: WorkflowDocument, revision: number): Promise<Saved> => {
    asked.push({ document: sent, revision })
    const { promise, resolve, reject } = Promise.withResolvers<Saved>()
    answers.push((error) => {
      if (error !== null) return reject(error)
      if (revision !== held.revision) return reject(conflictWith(held))
      Object.assign(held, { document: sent, revision: revision + 1 })
      resolve({ revision: held.revision, savedAt: '2026-11-22T12:00:00.000Z' })
    })
    return promise
  }
  /** Lets the oldest save through, or fails it; then everything that follows from that has happened. */
  const answer = async (error: unknown = null): Promise<void> => {
    answers.shift()?.(error)
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
  }
  return { held, asked, save, answer, waiting: () => answers.length }
}

const AWAY = { away: true }
const NO = { refused: true }

function conflictWith({ document, revision }: { document: WorkflowDocument; revision: number }) {
  const definition = document as unknown as WorkflowConflict['definition']
  const savedBy = { id: 'usr_2', name: 'Bia' }
  return { conflict: { definition, revision, savedBy, savedAt: '2026-11-22T11:00:00.000Z' } }
}

function createMemory() {
  const held = new Map<string, string>()
  return {
    held,
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  }
}

const opened: OwnedDraft[] = []
afterEach(() => opened.splice(0).forEach((draft) => draft.dispose()))

interface Opening {
  server?: ReturnType<typeof createServer>
  memory?: ReturnType<typeof createMemory>
  isReadonly?: boolean
  document?: WorkflowDocument
  revision?: number
}

function open(opening: Opening = {}) {
  const { server = createServer(START), memory = createMemory(), isReadonly = false } = opening
  const clock = new SimulatedClock()
  const page = new EventTarget()
  const draft = createDraft({
    workflowId: 'wf_test',
    document: opening.document ?? server.held.document,
    revision: opening.revision ?? server.held.revision,
    isReadonly,
    shelf: createShelf(memory, { workflowId: 'wf_test', userId: 'usr_1' }),
    page,
    clock,
    save: server.save,
    conflictOf: (error) => (error as Partial<ReturnType<typeof conflictWith>>).conflict ?? null,
    isPassing: (error) => error === AWAY,
    random: () => 1,
    pauses: { typing: 600, first: 1000, longest: 4000 },
  })
  opened.push(draft)
  return { draft, server, memory, clock, page }
}

const say = (draft: OwnedDraft, text: string, id = 'a') =>
  draft.typing('typed', `${id}.text`, (document) => setField(document, id, '.text', text))
const textOf = ({ nodes }: WorkflowDocument, id = 'a') =>
  nodes.find((node) => node.id === id)?.['text']

// ── undo ──

test('letters typed into one field are one step, and the field of another node is another one', () => {
  const { draft } = open()
  for (const text of ['O', 'Ol', 'Olá']) say(draft, text)
  draft.select(['b'])
  for (const text of ['T', 'Tc', 'Tchau']) say(draft, text, 'b')
  expect(draft.undoes.value).toBe('typed')
  draft.undo()
  expect(textOf(draft.document.value)).toBe('Olá')
  expect(textOf(draft.document.value, 'b')).toBe('Oi')
  draft.undo()
  expect(draft.document.value).toEqual(START)
  expect(draft.canUndo.value).toBe(false)
  draft.redo()
  draft.redo()
  expect([textOf(draft.document.value), textOf(draft.document.value, 'b')]).toEqual([
    'Olá',
    'Tchau',
  ])
  expect(draft.canRedo.value).toBe(false)
})

test('typing goes on as a new step after the selection was elsewhere, and after an undo', () => {
  const { draft } = open()
  say(draft, 'um')
  draft.select(['b'])
  draft.select(['a'])
  say(draft, 'dois')
  draft.undo()
  expect(textOf(draft.document.value)).toBe('um')
  say(draft, 'três')
  expect(draft.canRedo.value).toBe(false)
  draft.undo()
  expect(textOf(draft.document.value)).toBe('um')
})

test('a long text is one of many steps, and no letter of it pushes an older one out', () => {
  const { draft } = open()
  draft.edit('inserted', (document) => insertNode(document, { type: 'delay' }))
  for (let length = 1; length <= 500; length += 1) say(draft, 'x'.repeat(length))
  draft.undo()
  draft.undo()
  expect(draft.document.value).toEqual(START)
})

test('undo brings back what was selected, and says what it would undo', () => {
  const { draft } = open()
  draft.select(['b'])
  draft.edit('removed', (document) => removeNodes(document, ['b']))
  expect(draft.selection.value).toEqual(['a'])
  expect([draft.undoes.value, draft.redoes.value]).toEqual(['removed', null])
  draft.undo()
  expect(draft.selection.value).toEqual(['b'])
  expect([draft.undoes.value, draft.redoes.value]).toEqual([null, 'removed'])
})

test('what cannot be selected is not, and an edit that changes nothing is no step', () => {
  const { draft } = open()
  draft.select(['b', 'nobody', 'b', '$trigger'])
  expect(draft.selection.value).toEqual(['b', '$trigger'])
  draft.edit('moved', (document) => ({ document, select: ['a'] }))
  expect(draft.selection.value).toEqual(['a'])
  expect(draft.canUndo.value).toBe(false)
})

// ── saving ──

test('it saves once people pause, one save at a time, and what came meanwhile after it', async () => {
  const { draft, server, clock } = open()
  say(draft, 'um')
  clock.increment(599)
  say(draft, 'dois')
  clock.increment(599)
  expect([server.asked.length, draft.saveState.value]).toEqual([0, 'dirty'])
  clock.increment(1)
  expect(draft.saveState.value).toBe('saving')
  say(draft, 'três')
  clock.increment(10_000)
  expect(server.waiting()).toBe(1)
  await server.answer()
  expect([draft.saveState.value, draft.revision.value]).toEqual(['dirty', 2])
  clock.increment(600)
  await server.answer()
  expect(draft.saveState.value).toBe('saved')
  expect(draft.savedAt.value).toBe('2026-11-22T12:00:00.000Z')
  expect(server.asked.map(({ document, revision }) => [textOf(document), revision])).toEqual([
    ['dois', 1],
    ['três', 2],
  ])
})

test('what was undone before it was sent is not sent', () => {
  const { draft, server, clock, memory } = open()
  say(draft, 'um')
  draft.undo()
  clock.increment(10_000)
  expect([server.asked.length, draft.saveState.value]).toEqual([0, 'saved'])
  expect(memory.held.size).toBe(0)
})

test('without a connection it tries again and again, longer and longer, with the newest', async () => {
  const { draft, server, clock, page } = open()
  say(draft, 'um')
  clock.increment(600)
  for (const pause of [1000, 2000, 4000, 4000]) {
    await server.answer(AWAY)
    expect([draft.saveState.value, draft.failure.value]).toEqual(['offline', AWAY])
    clock.increment(pause - 1)
    expect(server.waiting()).toBe(0)
    clock.increment(1)
    expect(server.waiting()).toBe(1)
  }
  await server.answer(AWAY)
  say(draft, 'dois')
  page.dispatchEvent(new Event('online'))
  await server.answer()
  expect([draft.saveState.value, textOf(server.held.document)]).toEqual(['saved', 'dois'])
})

test('what the server refuses waits for another change', async () => {
  const { draft, server, clock } = open()
  say(draft, 'um')
  clock.increment(600)
  await server.answer(NO)
  clock.increment(60_000)
  expect([draft.saveState.value, draft.failure.value, server.waiting()]).toEqual(['refused', NO, 0])
  say(draft, 'dois')
  clock.increment(600)
  await server.answer()
  expect([draft.saveState.value, draft.failure.value]).toEqual(['saved', null])
})

// ── somebody else ──

async function clash() {
  const parts = open()
  const { server, draft, clock } = parts
  const theirs = setField(START, 'b', '.text', 'deles').document
  Object.assign(server.held, { document: theirs, revision: 5 })
  say(draft, 'meu')
  clock.increment(600)
  await server.answer()
  return { ...parts, theirs }
}

test('what somebody else saved meanwhile is not overwritten: both versions are shown', async () => {
  const { draft, theirs, server, clock } = await clash()
  expect(draft.saveState.value).toBe('conflict')
  const { mine, theirs: other, savedBy, revision } = draft.conflict.value!
  expect([textOf(mine), other, savedBy, revision]).toEqual(['meu', theirs, 'Bia', 5])
  clock.increment(60_000)
  expect(server.asked.length).toBe(1)
  await expect(draft.flush()).rejects.toBeDefined()
})

test('mine: what I have now is saved over what I have seen of theirs', async () => {
  const { draft, server } = await clash()
  say(draft, 'meu ainda')
  draft.resolve('mine')
  await server.answer()
  expect(server.asked.at(-1)?.revision).toBe(5)
  expect(textOf(server.held.document)).toBe('meu ainda')
  expect([draft.saveState.value, draft.conflict.value]).toEqual(['saved', null])
})

test('theirs: nothing is sent, and undoing brings mine back and saves it', async () => {
  const { draft, server, theirs, clock } = await clash()
  draft.resolve('theirs')
  expect([draft.document.value, draft.saveState.value]).toEqual([theirs, 'saved'])
  expect([draft.revision.value, draft.conflict.value]).toEqual([5, null])
  draft.undo()
  expect(textOf(draft.document.value)).toBe('meu')
  clock.increment(600)
  await server.answer()
  expect(textOf(server.held.document)).toBe('meu')
})

test('a newer version is taken over while nothing is unsaved, and not otherwise', () => {
  const { draft } = open()
  const document = setField(START, 'b', '.text', 'deles').document
  draft.select(['b'])
  draft.receive({ document, revision: 4, savedAt: '2026-11-22T11:00:00.000Z' })
  expect([draft.document.value, draft.revision.value]).toEqual([document, 4])
  expect([draft.saveState.value, draft.selection.value]).toEqual(['saved', ['b']])
  say(draft, 'meu')
  draft.receive({ document: START, revision: 6, savedAt: '2026-11-22T11:01:00.000Z' })
  expect([textOf(draft.document.value), draft.revision.value]).toEqual(['meu', 4])
})

test('what others save is no step of mine: undo and redo are about my own work, over theirs', async () => {
  const { draft, server, clock } = open()
  const texts = () => [textOf(draft.document.value), textOf(draft.document.value, 'b')]
  /** What is mine is saved, then somebody else saves something over it. */
  async function overtaken(id: string, text: string): Promise<void> {
    clock.increment(600)
    await server.answer()
    const { document } = setField(server.held.document, id, '.text', text)
    const revision = server.held.revision + 1
    Object.assign(server.held, { document, revision })
    draft.receive({ document, revision, savedAt: '2026-11-22T11:00:00.000Z' })
  }
  say(draft, 'meu')
  await overtaken('b', 'deles')
  expect([texts(), draft.undoes.value]).toEqual([['meu', 'deles'], 'typed'])
  draft.undo()
  expect(texts()).toEqual(['Oi', 'deles'])
  await overtaken('b', 'deles ainda')
  draft.redo()
  expect(texts()).toEqual(['meu', 'deles ainda'])
  // Where both wrote, mine cannot be taken back without theirs.
  await overtaken('a', 'nosso')
  draft.undo()
  expect([texts(), draft.canUndo.value]).toEqual([['nosso', 'deles ainda'], false])
})

test('two versions that are joined leave my own steps to be undone', async () => {
  const { draft, server, theirs, clock } = await clash()
  draft.resolve('theirs', setField(theirs, 'a', '.text', 'meu').document)
  expect([draft.conflict.value, draft.undoes.value]).toEqual([null, 'typed'])
  clock.increment(600)
  await server.answer()
  expect(server.held.revision).toBe(6)
  draft.undo()
  expect(draft.document.value).toEqual(theirs)
})

test('whoever lets go twice has let go', () => {
  const { draft } = open()
  const warn = vi.spyOn(console, 'warn')
  draft.dispose()
  draft.dispose()
  expect(warn).not.toHaveBeenCalled()
})

// ── nothing is lost ──

test('unsaved work is there again when the workflow is opened again, and goes to the server', async () => {
  const { draft, server, memory } = open()
  say(draft, 'um')
  expect(memory.held.size).toBe(1)
  const again = open({ server, memory })
  expect(textOf(again.draft.document.value)).toBe('um')
  expect(again.draft.undoes.value).toBe('restored')
  again.clock.increment(600)
  await server.answer()
  expect([textOf(server.held.document), memory.held.size]).toEqual(['um', 0])
})

test('unsaved work that somebody else overtook is a conflict when it is opened again', async () => {
  const { draft, server, memory } = open()
  say(draft, 'meu')
  Object.assign(server.held, { document: documentOf([textNode('c')]), revision: 7 })
  const again = open({ server, memory })
  again.clock.increment(600)
  await server.answer()
  expect(again.draft.saveState.value).toBe('conflict')
  expect(textOf(again.draft.conflict.value!.mine)).toBe('meu')
  expect(again.draft.conflict.value!.revision).toBe(7)
})

test('the page asks before it is left while something is unsaved', async () => {
  const { draft, server, clock, page } = open()
  const leave = () => page.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect(leave()).toBe(true)
  say(draft, 'um')
  expect(leave()).toBe(false)
  clock.increment(600)
  expect(leave()).toBe(false)
  await server.answer()
  expect(leave()).toBe(true)
  draft.dispose()
  say(draft, 'dois')
  expect(leave()).toBe(true)
})

test('flush does not wait for a pause, and is done when the last change is on the server', async () => {
  const { draft, server } = open()
  say(draft, 'um')
  const done = draft.flush()
  say(draft, 'dois')
  await server.answer()
  expect([draft.saveState.value, textOf(server.held.document)]).toEqual(['saving', 'um'])
  await server.answer()
  await done
  expect(textOf(server.held.document)).toBe('dois')
  await draft.flush()
  expect(server.asked.length).toBe(2)
})

test('flush says why it cannot be', async () => {
  const { draft, server } = open()
  say(draft, 'um')
  const done = draft.flush()
  await Promise.all([expect(done).rejects.toBe(AWAY), server.answer(AWAY)])
})

test('whoever leaves the editor leaves nothing behind', async () => {
  const { draft, server, memory } = open()
  say(draft, 'um')
  draft.dispose()
  await server.answer()
  expect([textOf(server.held.document), memory.held.size]).toEqual(['um', 0])
})

test('a memory that is full, forbidden or holds something else keeps nobody from drawing', () => {
  const memory = createMemory()
  memory.held.set('fluxolab-draft:usr_1:wf_test', '{"document":1}')
  const { draft } = open({
    memory: {
      ...memory,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError')
      },
    },
  })
  say(draft, 'um')
  expect(textOf(draft.document.value)).toBe('um')
})

test('who may only look changes nothing, and sees what others save', () => {
  const memory = createMemory()
  memory.held.set(
    'fluxolab-draft:usr_1:wf_test',
    JSON.stringify({ revision: 1, document: documentOf([textNode('c')]) }),
  )
  const { draft, server, clock } = open({ isReadonly: true, memory })
  say(draft, 'um')
  draft.select(['a'])
  clock.increment(60_000)
  expect([draft.document.value, draft.saveState.value]).toEqual([START, 'readonly'])
  expect([draft.selection.value, draft.canUndo.value, server.asked.length]).toEqual([
    ['a'],
    false,
    0,
  ])
  draft.receive({ document: documentOf([]) as WorkflowDocument, revision: 2, savedAt: '' })
  expect(draft.document.value.nodes).toEqual([])
})
