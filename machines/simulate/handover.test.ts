import { describe, expect, it } from 'vitest'
import { documentOf, textNode } from '../testing/document.ts'
import { simulate } from './simulate.ts'

const buys = { event: { type: 'purchase.approved', payload: { total: 9 } } }
const back = { giveBack: { mode: 'history' } }
const document = documentOf([
  {
    id: 'espera',
    type: 'wait.for.event',
    event: 'purchase.approved',
    timeout: 'P2D',
    next: 'obrigado',
    timeoutNext: 'lembra',
  },
  textNode('obrigado', { text: 'Obrigado' }),
  { id: 'ouve', type: 'wait.for.event', event: 'message.received.whatsapp' },
  textNode('lembra', { text: 'Lembra?' }),
])
const play = (...script: object[]) => simulate(document, script, { trace: true })
const notes = ({ steps }: ReturnType<typeof play>) => steps.map(({ note }) => note)
const sent = ({ transcript }: ReturnType<typeof play>) => transcript.map(({ text }) => text)

describe('a person who takes the conversation', () => {
  it('keeps an event from the run until it is given back', () => {
    const taken = play({ takeOver: true }, buys)
    expect(notes(taken)).toEqual([null, 'agent_took_conversation', 'kept_for_later'])
    expect(taken.final.states).toEqual(['espera'])
    expect(taken.trace?.steps.at(-1)).toMatchObject({ handover: 'agent', kept: 1 })
    const given = play({ takeOver: true }, buys, back)
    expect(notes(given).slice(3)).toEqual(['agent_gave_back', null, null])
    expect(sent(given)).toEqual(['Obrigado'])
    expect(given.trace?.steps.at(-1)).toMatchObject({ handover: 'bot', kept: 0 })
  })

  it('keeps a time-out too, which comes first when it was due first', () => {
    const taken = play({ takeOver: true }, { skip: 'P3D' }, buys)
    expect(taken.timers).toEqual([])
    expect(taken.trace?.steps.at(-1)).toMatchObject({ kept: 2 })
    const given = play({ takeOver: true }, { skip: 'P3D' }, buys, back)
    expect(sent(given)).toEqual(['Lembra?'])
    expect(given.steps.at(-1)).toMatchObject({ at: '2026-03-13T12:00:00.000Z' })
    const early = play({ takeOver: true }, buys, { skip: 'P3D' }, back)
    expect(notes(early)).toContain('timer_outdated')
    expect(early.final.states).toEqual(['ouve'])
  })

  it('has the messages for themselves', () => {
    const { final, steps } = play(buys, { takeOver: true }, { message: 'Oi' }, back)
    expect(steps.map(({ note }) => note)).toContain('agent_has_conversation')
    expect(final.states).toEqual(['ouve'])
  })

  it('gives a result back that came meanwhile, once', () => {
    const held = { ...buys, result: { node: 'obrigado' } }
    const given = play({ takeOver: true }, { result: { node: 'obrigado' } }, buys, back)
    expect(given.problems).toMatchObject([{ code: 'RESULT_UNEXPECTED' }])
    const late = simulate(
      document,
      [buys, { takeOver: true }, { result: { node: 'obrigado' } }, back],
      { trace: true },
    )
    expect(notes(late)).toContain('kept_for_later')
    expect(sent(late)).toEqual(['Obrigado'])
    expect(late.final.states).toEqual(['ouve'])
    expect(play(held).final.states).toEqual(['ouve'])
  })

  it('gives it back in another state, or ends the run', () => {
    const moved = play({ takeOver: true }, { giveBack: { mode: 'state', nodeId: 'lembra' } })
    expect(sent(moved)).toEqual(['Lembra?'])
    const ended = play({ takeOver: true }, buys, { giveBack: { mode: 'end' } })
    expect([ended.final.status, sent(ended)]).toEqual(['stopped', []])
    const nowhere = play({ takeOver: true }, { giveBack: { mode: 'state', nodeId: 'x' } }, buys)
    expect(nowhere.problems).toMatchObject([{ code: 'STATE_UNKNOWN', index: 1 }])
    expect(sent(nowhere)).toEqual(['Obrigado'])
  })

  it('gives back what was handed to them, and nothing that nobody has', () => {
    const handed = documentOf([{ id: 'pessoa', type: 'handoff.human' }, textNode('fim')])
    const waiting = simulate(handed, [], { trace: true })
    expect(waiting.trace?.steps.at(-1)).toMatchObject({ handover: 'waiting for agent' })
    expect(simulate(handed, [back]).final.status).toBe('done')
    expect(notes(play(back))).toEqual([null, 'nothing_to_give_back'])
  })
})
