import { describe, expect, it } from 'vitest'
import { simulate } from '#machines/simulate/simulate.ts'
import { documentOf, textNode } from '#machines/testing/document.ts'
import { type Act, withAct } from './acts.ts'
import { conversationOf, type Line } from './conversation.ts'
import { emptyPlan, optionsOf, type Plan } from './plan.ts'

const fresh = emptyPlan({ type: 'lead.captured', payload: {} }, 'UTC')
const wordsOf = (line: Line) => {
  if (line.type === 'message') return line.message.text
  return line.type === 'letter' ? line.letter.subject : line.type
}
const linesOf = (nodes: object[], plan: Plan = fresh, upTo: number | null = null) =>
  conversationOf(plan, simulate(documentOf(nodes), plan.entries, optionsOf(plan)), upTo)
const wait = { id: 'ouve', type: 'wait.for.event', event: 'message.received.whatsapp' }

describe('the conversation', () => {
  const talk = [textNode('a', { text: 'Oi!' }), wait, textNode('b', { text: 'Tchau!' })]
  const plan = withAct(fresh, { do: 'say', text: 'Bom dia', channel: 'whatsapp' })

  it('has both sides in the order in which it was said', () => {
    const lines = linesOf(talk, plan)
    expect(lines.map((line) => [line.isMine, wordsOf(line)])).toEqual([
      [false, 'Oi!'],
      [true, 'Bom dia'],
      [false, 'Tchau!'],
    ])
  })

  it('goes as far as the step that is looked at, where a send may still be open', () => {
    expect(linesOf(talk, plan, 0).map(({ state }) => state)).toEqual(['open'])
    expect(linesOf(talk, plan, 1).map(({ state }) => state)).toEqual(['sent'])
    expect(linesOf(talk, plan, 2).map(wordsOf)).toEqual(['Oi!', 'Bom dia', 'Tchau!'])
    expect(linesOf(talk, plan, 2).at(-1)?.state).toBe('open')
  })

  it('shows what did not arrive, with its reason', () => {
    const error = { code: 'WHATSAPP_131026', message: 'Undeliverable' }
    const failing = { ...fresh, entries: [{ result: { node: 'a', error } }] }
    const [line] = linesOf(talk, failing)
    expect(line).toMatchObject({ state: 'failed', effect: { error } })
  })

  it('shows buttons, rows and files as the contact sees them', () => {
    const buttons = [{ id: 'sim', title: 'Sim' }]
    const nodes = [
      { id: 'x', type: 'whatsapp.send_buttons', body: 'Quer?', buttons },
      { id: 'y', type: 'email.send_text', subject: 'Proposta', text: 'Segue.' },
    ]
    const [question, letter] = linesOf(nodes)
    expect(question).toMatchObject({ message: { kind: 'button', buttons: [{ title: 'Sim' }] } })
    expect(letter).toMatchObject({
      type: 'letter',
      letter: { subject: 'Proposta', text: 'Segue.' },
    })
  })

  it('shows what the contact sent as what it was', () => {
    const acts: Act[] = [
      { do: 'attach', media: 'image', filename: null, mimeType: 'image/png', caption: 'Olha' },
      { do: 'send place', latitude: 1, longitude: 2, name: 'Praça' },
      { do: 'tap', kind: 'list_reply', id: 'a', title: 'Plano A', description: null },
      { do: 'write letter', subject: 'Dúvida', text: 'Quanto?' },
    ]
    const lines = linesOf([{ ...wait, event: 'never.comes' }], acts.reduce(withAct, fresh))
    expect(lines.map((line) => (line.type === 'message' ? line.message.kind : line.type))).toEqual([
      'image',
      'location',
      'text',
      'letter',
    ])
    expect(lines.map(wordsOf)).toEqual(['Olha', 'Praça', 'Plano A', 'Dúvida'])
  })

  it('tells what the model was asked', () => {
    const [line] = linesOf([{ id: 'ia', type: 'ai.reply', input: 'oi' }])
    expect(line).toMatchObject({ type: 'ai', state: 'sent', effect: { nodeId: 'ia' } })
  })
})
