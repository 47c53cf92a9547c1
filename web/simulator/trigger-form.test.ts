import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#machines/contracts/json.ts'
import { compile } from '#machines/compile/compile.ts'
import { simulate } from '#machines/simulate/simulate.ts'
import { documentOf } from '#machines/testing/document.ts'
import { PROFILES } from './profiles.ts'
import { eventTypeOf, startFormOf, startOf } from './trigger-form.ts'

const person = PROFILES[0]!.facts
const startBy = (trigger: JsonObject, values: Record<string, string> = {}) =>
  startOf(startFormOf(trigger), { values, more: {}, person })

const TRIGGERS: JsonObject[] = [
  { type: 'lead.captured' },
  { type: 'lead.captured', filter: { source: ['instagram', 'site'] } },
  { type: 'message.received', channel: 'telegram' },
  { type: 'message.received.whatsapp', filter: { contains: ['orçamento'] } },
  { type: 'message.received.email', filter: { subject: ['proposta'] } },
  { type: 'purchase.approved', filter: { product: 'curso', minimum: 500 } },
  { type: 'form.submitted', filter: { form: 'vagas' } },
  { type: 'tag.added', filter: { tag: ['vip'] } },
  { type: 'segment.entered', filter: { segment: 'ativos' } },
  { type: 'schedule', cron: '0 9 * * mon-fri' },
  { type: 'manual', input: { pedido: 'text', total: 'number', itens: 'list' } },
  { type: 'event', event: 'order.sent' },
]

describe('the form of a trigger', () => {
  it.each(TRIGGERS.map((trigger) => [JSON.stringify(trigger), trigger] as const))(
    'as it stands passes the filter of %s',
    (_, trigger) => {
      const document = { ...documentOf([{ id: 'fim', type: 'end' }]), trigger }
      const { workflow, diagnostics } = compile(document)
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      const start = startBy(trigger)
      const envelope = {
        event_id: 'evt_1',
        tenant_id: 'tnt_1',
        contact_id: 'cnt_1',
        type: start.type ?? '',
        source: start.source ?? 'simulation',
        occurred_at: '2026-03-10T12:00:00.000Z',
        correlation_id: 'evt_1',
        payload: start.payload ?? {},
      }
      expect(workflow?.isTriggeredBy(envelope)).toBe(true)
      const played = simulate(document, [], { start })
      expect(played.problems).toEqual([])
      expect(played.final.status).toBe('done')
    },
  )

  it('tells what a person wrote, with its type, and leaves out what is empty', () => {
    const bought = startBy({ type: 'purchase.approved' }, { total: '99,5', product: ' ' })
    expect(bought.payload).toMatchObject({ total: 99.5, name: 'Ana Souza' })
    expect(bought.payload).not.toHaveProperty('product')
    const asked = startBy({ type: 'manual', input: { itens: 'list', novo: 'boolean' } })
    expect(asked.payload).toEqual({ itens: ['a', 'b'], novo: true })
  })

  it('starts with a message as its channel brings it', () => {
    const { payload } = startBy({ type: 'message.received.email' }, { subject: 'Oi', text: 'Eu' })
    expect(payload).toMatchObject({
      channel: 'email',
      text: 'Eu',
      content: { subject: 'Oi', text: 'Eu' },
    })
  })

  it('of a trigger that nobody knows asks for nothing', () => {
    expect(eventTypeOf({ type: 'what' })).toBe('run.requested')
    expect(startFormOf({}).fields).toEqual([])
  })
})
