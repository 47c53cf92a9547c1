// Two pages with a draft each, one server between them: what each draws comes together, and nothing is overwritten.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import type { EffectScope } from 'vue'
import type { WorkflowConflict } from '#machines/contracts/versions.ts'
import type { WorkflowDocument } from '#machines/contracts/workflow.ts'
import { documentOf, textNode } from '#machines/testing/document.ts'
import { createDraft, type OwnedDraft } from '../editor/draft/create-draft.ts'
import { setField } from '../editor/edits/set-field.ts'
import { keepTogether } from './keep-together.ts'
import type { Saved } from './use-people.ts'

const START = documentOf(['a', 'b', 'c', 'd'].map((id) => textNode(id))) as WorkflowDocument
const SAVED_AT = '2026-03-02T12:00:00.000Z'

let scopes: EffectScope[]
let drafts: OwnedDraft[]
beforeEach(() => {
  vi.useFakeTimers()
  scopes = []
  drafts = []
})
afterEach(() => {
  for (const scope of scopes) scope.stop()
  for (const draft of drafts) draft.dispose()
  vi.useRealTimers()
})

/** Keeps one draft and tells every page of each save. */
function createServer() {
  const held = { document: START, revision: 1 }
  const pages: { saved: { value: Saved | null } }[] = []
  const save = async (name: string, document: WorkflowDocument, seen: number) => {
    await Promise.resolve()
    if (seen !== held.revision) throw new Refused(held)
    Object.assign(held, { document, revision: seen + 1 })
    const by = { id: `usr_${name}`, name }
    const saved = { workflowId: 'wf_test', revision: held.revision, by }
    for (const page of pages) page.saved.value = saved
    return { revision: held.revision, savedAt: SAVED_AT }
  }
  return { held, pages, save }
}
type Server = ReturnType<typeof createServer>

class Refused extends Error {
  readonly conflict: WorkflowConflict
  constructor({ document, revision }: Server['held']) {
    super('refused')
    const definition = document as unknown as WorkflowConflict['definition']
    const savedBy = { id: 'usr_other', name: 'Outra' }
    this.conflict = { definition, revision, savedBy, savedAt: SAVED_AT }
  }
}

function open(server: Server, name: string, isReadonly = false) {
  const people = { saved: shallowRef<Saved | null>(null) }
  server.pages.push(people)
  const told: string[] = []
  const draft = createDraft({
    workflowId: 'wf_test',
    document: server.held.document,
    revision: server.held.revision,
    isReadonly,
    shelf: { read: () => null, keep: () => {}, clear: () => {} },
    page: new EventTarget(),
    save: (document, seen) => server.save(name, document, seen),
    conflictOf: (error) => (error instanceof Refused ? error.conflict : null),
    isPassing: () => false,
    random: () => 0,
    pauses: { typing: 100, first: 100, longest: 100 },
  })
  drafts.push(draft)
  const scope = effectScope()
  scopes.push(scope)
  const reload = async () => {
    await Promise.resolve()
    const { document, revision } = server.held
    draft.receive({ document, revision, savedAt: SAVED_AT })
  }
  const tell = (key: string, by: string): number => told.push(`${key} ${by}`)
  const together = scope.run(() => keepTogether(draft, people, { reload, tell }))
  if (!together) throw new Error('no scope')
  const say = (id: string, text: string): void =>
    draft.typing('typed', `${id}.text`, (document) => setField(document, id, '.text', text))
  return { draft, together, told, say }
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await nextTick()
}
const textOf = ({ nodes }: WorkflowDocument, id: string) =>
  nodes.find((node) => node.id === id)?.['text']

test('what somebody else saved is there while nothing here is unsaved, and the selection stays', async () => {
  const server = createServer()
  const [ana, bia] = [open(server, 'Ana'), open(server, 'Bia')]
  bia.draft.select(['b'])
  ana.say('a', 'Olá')
  await pass(500)
  expect(textOf(bia.draft.document.value, 'a')).toBe('Olá')
  expect(bia.draft.selection.value).toEqual(['b'])
  expect([bia.draft.saveState.value, bia.draft.revision.value]).toEqual(['saved', 2])
  expect([ana.told, bia.told]).toEqual([[], ['saved Ana']])
})

test('whoever may only look sees what is saved too', async () => {
  const server = createServer()
  const [ana, davi] = [open(server, 'Ana'), open(server, 'Davi', true)]
  ana.say('a', 'Olá')
  await pass(500)
  expect(textOf(davi.draft.document.value, 'a')).toBe('Olá')
  expect([davi.draft.saveState.value, davi.told]).toEqual(['readonly', ['saved Ana']])
})

test('two who work on different parts at once are not asked, and both have all of it', async () => {
  const server = createServer()
  const [ana, bia] = [open(server, 'Ana'), open(server, 'Bia')]
  // Without a pause: neither is ever at rest while the other saves.
  for (let n = 0; n < 40; n++) {
    ana.say(n % 2 === 0 ? 'a' : 'b', `Ana ${n}`)
    bia.say(n % 3 === 0 ? 'c' : 'd', `Bia ${n}`)
    await pass(n % 7 === 0 ? 150 : 40)
    expect([ana, bia].map(({ together }) => together.isAsking.value)).toEqual([false, false])
  }
  await pass(5_000)
  const texts = ['a', 'b', 'c', 'd'].map((id) => textOf(server.held.document, id))
  expect(texts).toEqual(['Ana 38', 'Ana 39', 'Bia 39', 'Bia 38'])
  for (const { draft } of [ana, bia]) {
    expect([draft.document.value, draft.saveState.value]).toEqual([server.held.document, 'saved'])
  }
})

test('one part that both changed is for a person to decide, and until then nothing is overwritten', async () => {
  const server = createServer()
  const [ana, bia] = [open(server, 'Ana'), open(server, 'Bia')]
  ana.say('a', 'da Ana')
  bia.say('a', 'da Bia')
  await pass(1_000)
  const [first, second] = ana.together.isAsking.value ? [bia, ana] : [ana, bia]
  expect([first, second].map(({ together }) => together.isAsking.value)).toEqual([false, true])
  expect(second.draft.conflict.value).toMatchObject({ theirs: first.draft.document.value })
  expect(second.together.base.value).toEqual(START)
  expect(server.held.document).toEqual(first.draft.document.value)
  second.together.later()
  expect(second.together.isAsking.value).toBe(false)
  second.together.ask()
  second.draft.resolve('mine')
  await pass(1_000)
  expect(server.held.document).toEqual(second.draft.document.value)
  expect(first.draft.document.value).toEqual(second.draft.document.value)
})

test('a version that cannot be brought is told of, and comes with the next one', async () => {
  const server = createServer()
  const [ana, bia] = [open(server, 'Ana'), open(server, 'Bia')]
  const receive = vi.spyOn(bia.draft, 'receive').mockImplementation(() => {})
  ana.say('a', 'um')
  await pass(500)
  expect(bia.told).toEqual(['reloadFailed Ana'])
  receive.mockRestore()
  ana.say('a', 'dois')
  await pass(500)
  expect(textOf(bia.draft.document.value, 'a')).toBe('dois')
})
