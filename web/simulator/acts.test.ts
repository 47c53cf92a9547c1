import { describe, expect, it } from 'vitest'
import { documentOf } from '#machines/testing/document.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import type { ScriptEntry } from '#machines/simulate/script.ts'
import { type Act, withAct, withoutEntry } from './acts.ts'
import { emptyPlan, optionsOf } from './plan.ts'

const zone = 'America/Sao_Paulo'
const planOfActs = (...acts: Act[]) =>
  acts.reduce(withAct, emptyPlan({ type: 'lead.captured', payload: {} }, zone))
const run = (nodes: object[], ...acts: Act[]) => {
  const plan = planOfActs(...acts)
  return simulate(documentOf(nodes), plan.entries, optionsOf(plan))
}

describe('an act', () => {
  it('of every kind is an entry that the simulation takes', () => {
    const acts: Act[] = [
      { do: 'say', text: 'Oi', channel: 'whatsapp' },
      { do: 'say', text: 'Oi', channel: 'telegram' },
      { do: 'write letter', subject: 'Dúvida', text: 'Quanto custa?' },
      { do: 'tap', kind: 'button_reply', id: 'sim', title: 'Sim', description: null },
      { do: 'attach', media: 'image', filename: null, mimeType: 'image/png', caption: 'Olha' },
      { do: 'send place', latitude: -23.5, longitude: -46.6, name: 'Av. Paulista' },
      { do: 'tell event', type: 'purchase.approved', payload: { total: 900 } },
      { do: 'repeat' },
      { do: 'skip', span: 'PT5M' },
      { do: 'close window' },
      { do: 'restart worker' },
      { do: 'take over' },
      { do: 'give back', to: { mode: 'history' } },
    ]
    const wait = { id: 'espera', type: 'wait.for.event', event: 'never.comes' }
    const { problems, steps } = run([wait], ...acts)
    expect(problems).toEqual([])
    expect(steps.map(({ index }) => index)).toEqual([null, 0, 1, 2, 3, 4, 5, 6, 7, 11, 12])
  })

  it('that taps a button answers the question with its id', () => {
    const ask = {
      id: 'pergunta',
      type: 'ask',
      text: 'Quer?',
      buttons: [
        { id: 'sim', title: 'Sim' },
        { id: 'nao', title: 'Não' },
      ],
      as: 'quer',
    }
    const tap: Act = { do: 'tap', kind: 'button_reply', id: 'nao', title: 'Não', description: null }
    expect(run([ask], tap).final.vars).toEqual({ quer: 'nao' })
  })

  it('that sends a letter reaches a run that waits for one', () => {
    const wait = { id: 'ouve', type: 'wait.for.event', event: 'message.received.email' }
    const letter: Act = { do: 'write letter', subject: 'Re', text: 'Ok' }
    expect(run([wait], letter).final.status).toBe('done')
  })

  it('that gives back moves a run that was handed to a person', () => {
    const handoff = { id: 'pessoa', type: 'handoff.human' }
    expect(run([handoff]).final.status).toBe('active')
    expect(run([handoff], { do: 'give back', to: { mode: 'history' } }).final.status).toBe('done')
  })

  it('that repeats says the last thing that came once more, without the time that passed', () => {
    const said: ScriptEntry = { skip: 'PT1H', message: 'Oi' }
    const plan = { ...planOfActs(), entries: [said, { skip: 'P1D' }] }
    expect(withAct(plan, { do: 'repeat' }).entries.at(-1)).toEqual({ message: 'Oi' })
    expect(planOfActs({ do: 'repeat' }).entries).toEqual([
      { event: { type: 'lead.captured', payload: {} } },
    ])
    const nothing = emptyPlan(null, zone)
    expect(withAct(nothing, { do: 'repeat' })).toBe(nothing)
  })

  it('can be taken out of the middle', () => {
    const plan = planOfActs({ do: 'close window' }, { do: 'restart worker' })
    expect(withoutEntry(plan, 0).entries).toEqual([{ restart: true }])
  })
})
