import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#machines/contracts/json.ts'
import { runMark } from '#machines/run/migrate.ts'
import type { RunState } from '#machines/run/run-state.ts'
import { replay } from './replay.ts'
import { createContact, lead, libraryOf, message, operator, workflowOf } from './testing/contact.ts'

const LIBRARY = libraryOf(
  workflowOf('wf_a', [
    { id: 'keep', type: 'set.variable', set: { said: '$.payload.said' } },
    { id: 'wait', type: 'wait.for.event', event: 'x.go', timeout: 'P2D', next: 'say' },
    { id: 'say', type: 'whatsapp.send_text', text: '{{said}}', next: null },
    { id: 'later', type: 'wait.for.event', event: 'x.again', timeout: 'P1D', next: 'wait' },
  ]),
)

function waiting() {
  const contact = createContact(LIBRARY)
  contact.send(lead({ said: 'oi' }))
  return contact
}
const runOf = (contact: ReturnType<typeof waiting>) => contact.state?.runs[0]
const idOf = (contact: ReturnType<typeof waiting>): string => runOf(contact)?.id ?? ''
const TEXT: JsonObject = { kind: 'whatsapp.send_text', text: 'Oi, {{name}}!', previewUrl: false }

describe('a value set by a person', () => {
  test('is what the run reads from then on, and moves, arms and asks nothing', () => {
    const contact = waiting()
    const before = runOf(contact)
    const step = contact.send(
      operator('set_variable', idOf(contact), { name: 'said', value: 'tchau' }),
    )
    expect([step.effects, step.timersSet, step.timersCleared]).toEqual([[], [], []])
    expect(step.runs).toMatchObject([{ from: 'wait', to: 'wait', path: [], status: 'active' }])
    expect(runOf(contact)).toMatchObject({ since: before?.since, timers: before?.timers })
    const [effect] = contact.send({ type: 'x.go' }).effects
    expect(effect?.command).toMatchObject({ text: 'tchau' })
  })

  test('may have the name of something that objects are born with', () => {
    const contact = waiting()
    contact.send(operator('set_variable', idOf(contact), { name: '__proto__', value: 1 }))
    const vars = runOf(contact)?.snapshot.context.vars ?? {}
    expect(Object.keys(vars)).toEqual(['said', '__proto__'])
    expect(
      contact.send(operator('set_variable', 'run_none', { name: 'x', value: 1 })),
    ).toMatchObject({ journal: { note: 'run_ended' } })
  })
})

describe('taking back what a person did', () => {
  const undo = (before: RunState, expected: string) =>
    operator('undo', before.id, { before: before as unknown as JsonObject, expected })

  test('puts the run back as it was, its deadline with it, and asks nothing of the world', () => {
    const contact = waiting()
    const before = runOf(contact)!
    contact.send(operator('move', before.id, { nodeId: 'later' }))
    const expected = runMark(runOf(contact)!)
    const step = contact.send(undo(before, expected))
    expect(step.runs).toMatchObject([{ from: 'later', to: 'wait', path: ['wait'] }])
    expect(step.effects).toEqual([])
    const { generation, timers, ...rest } = runOf(contact)!
    expect(rest).toEqual(expect.objectContaining({ state: 'wait', since: before.since }))
    expect(Object.values(timers)).toMatchObject([{ dueAt: Object.values(before.timers)[0]?.dueAt }])
    // I7: what was armed before must not fire for it.
    expect(generation).toBeGreaterThan(before.generation)
    expect(replay(contact.journal, LIBRARY)).toEqual(contact.state)
  })

  test('moves nothing where the run has moved on, or is over', () => {
    const contact = waiting()
    const before = runOf(contact)!
    contact.send(operator('move', before.id, { nodeId: 'later' }))
    const expected = runMark(runOf(contact)!)
    contact.send({ type: 'x.again' })
    expect(contact.send(undo(before, expected)).journal.note).toBe('moved_on')
    contact.send(operator('stop', before.id))
    expect(contact.send(undo(before, expected)).journal.note).toBe('run_ended')
  })
})

describe('a restart', () => {
  test('ends the run and begins the same version again with what it began with', () => {
    const contact = waiting()
    const first = idOf(contact)
    contact.send(operator('set_variable', first, { name: 'said', value: 'tchau' }))
    const step = contact.send(operator('restart', first))
    expect(step.runs.map(({ id, status, isNew }) => [id === first, status, isNew])).toEqual([
      [true, 'stopped', false],
      [false, 'active', true],
    ])
    expect(contact.state?.runs).toHaveLength(1)
    expect(runOf(contact)?.snapshot.context).toMatchObject({ vars: { said: 'oi' } })
    expect(replay(contact.journal, LIBRARY)).toEqual(contact.state)
  })

  test('begins a run again that is over, and not beside another of its workflow', () => {
    const contact = waiting()
    const first = idOf(contact)
    const { workflowId, versionId } = runOf(contact)!
    contact.send(operator('stop', first))
    const ended = { workflowId, versionId, payload: { said: 'de novo' } }
    expect(contact.send(operator('restart', first)).journal.note).toBe('run_ended')
    const step = contact.send(operator('restart', first, { ended }))
    expect(step.runs).toMatchObject([{ status: 'active', isNew: true, to: 'wait' }])
    expect(runOf(contact)?.snapshot.context).toMatchObject({ vars: { said: 'de novo' } })
    const again = contact.send(operator('restart', first, { ended }))
    expect([again.journal.note, again.runs]).toEqual(['already_running', []])
    expect(replay(contact.journal, LIBRARY)).toEqual(contact.state)
  })

  test('waits until the agent has given the conversation back', () => {
    const contact = waiting()
    contact.send(operator('take'))
    const step = contact.send(operator('restart', idOf(contact)))
    expect(step.journal.note).toBe('agent_has_conversation')
    expect(step.runs).toEqual([])
  })
})

describe('what is done to many contacts', () => {
  test('is done to those alone who are still in the state that it was meant for', () => {
    const contact = waiting()
    const whileIn = { runId: idOf(contact), state: 'wait' }
    contact.send({ type: 'x.go' })
    const late = contact.send(operator('stop', idOf(contact), { whileIn }))
    expect(late.journal.note).toBe('no_longer_there')
    expect(contact.state?.runs).toHaveLength(1)
    const other = waiting()
    other.send(operator('stop', null, { whileIn: { runId: idOf(other), state: 'wait' } }))
    expect(other.state?.runs).toEqual([])
    const over = other.send(
      operator('stop', null, { whileIn: { runId: 'run_none', state: 'wait' } }),
    )
    expect(over.journal.note).toBe('run_ended')
  })

  test('a message goes beside the runs, filled with what is known of the contact', () => {
    const contact = waiting()
    const { effects, runs } = contact.send(operator('say', null, { command: TEXT }))
    expect(effects).toMatchObject([{ nodeId: '$operator', command: { text: 'Oi, Ana!' } }])
    expect(runs).toEqual([])
    const [effect] = effects
    const done = contact.send({
      type: 'effect.done',
      payload: { effectId: effect?.id ?? '', kind: 'whatsapp.send_text', output: null },
    })
    expect(done.journal.note).toBe('confirmation_noted')
    expect(replay(contact.journal, LIBRARY)).toEqual(contact.state)
  })

  test('a message is refused like any other, told by its code, and an agent is not talked over', () => {
    const contact = waiting()
    const broken = contact.send(operator('say', null, { command: { ...TEXT, text: '{{ name' } }))
    expect(broken.journal.refused).toMatchObject([{ code: 'EXPRESSION_FAILED' }])
    contact.send(message('parar'))
    const step = contact.send(operator('say', null, { command: TEXT }))
    expect(step.effects).toEqual([])
    expect(step.journal.refused).toMatchObject([{ nodeId: '$operator', code: 'POLICY_OPTED_OUT' }])
    const agent = waiting()
    agent.send(operator('take'))
    const refused = agent.send(operator('say', null, { command: TEXT }))
    expect(refused.journal.note).toBe('agent_has_conversation')
  })

  test('tags go on and off as effects with ids of their own', () => {
    const contact = waiting()
    const on = contact.send(operator('tag', null, { add: ['vip'], remove: [] }))
    expect(on.effects).toMatchObject([{ command: { kind: 'tag.add', tags: ['vip'] } }])
    const off = contact.send(operator('tag', null, { add: [], remove: ['vip'] }))
    expect(off.effects).toMatchObject([{ command: { kind: 'tag.remove', tags: ['vip'] } }])
    expect(new Set([...on.effects, ...off.effects].map(({ id }) => id)).size).toBe(2)
  })
})
