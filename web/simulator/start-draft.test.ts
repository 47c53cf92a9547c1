import { describe, expect, it } from 'vitest'
import { instantIn, localIn } from './local-time.ts'
import { emptyPlan } from './plan.ts'
import { consentsFrom, PROFILES } from './profiles.ts'
import { draftOf, planFrom } from './start-draft.ts'
import { startFormOf, startOf } from './trigger-form.ts'

const trigger = { type: 'purchase.approved' }
const form = startFormOf(trigger)
const person = PROFILES[3]!.facts
const more = { coupon: 'X' }
const start = startOf(form, { values: { total: '50' }, more, person })
const plan = {
  ...emptyPlan(start, 'Europe/Lisbon'),
  contact: person,
  at: '2026-07-01T08:30:00.000Z',
  automatic: false,
  entries: [{ message: 'oi' }],
}

describe('the form of the beginning', () => {
  it('shows a plan, and gives the same plan back', () => {
    const draft = draftOf(plan, form, 'não')
    expect(draft).toMatchObject({
      profile: 'refuses',
      consents: 'marketing: não',
      values: { total: '50' },
      more: '{"coupon":"X"}',
      at: '2026-07-01T09:30',
      manual: true,
    })
    expect(planFrom(draft, form, plan)).toEqual(plan)
  })

  it('knows somebody else from the profiles', () => {
    const draft = draftOf({ ...plan, contact: { ...person, name: 'Zé' } }, form, 'no')
    expect(draft.profile).toBe('')
    const said = { ...draft, name: ' ', phone: '(31) 99999-0000', tags: 'a, b, a', facts: '' }
    expect(planFrom(said, form, plan)?.contact).toMatchObject({
      name: null,
      phone: '31999990000',
      tags: ['a', 'b'],
      fields: {},
    })
  })

  it('gives no plan while its JSON is none', () => {
    const draft = draftOf(plan, form, 'no')
    expect(planFrom({ ...draft, more: '{' }, form, plan)).toBeNull()
    expect(planFrom({ ...draft, facts: '[]' }, form, plan)).toBeNull()
  })

  it('reads consents as people write them', () => {
    expect(consentsFrom('marketing, ofertas: Não, !!, news: yes')).toEqual({
      marketing: true,
      ofertas: false,
      news: true,
    })
  })
})

describe('a moment of a form', () => {
  it.each([
    ['2026-03-10T09:00', 'America/Sao_Paulo', '2026-03-10T12:00:00.000Z'],
    ['2026-07-01T09:30', 'Europe/Lisbon', '2026-07-01T08:30:00.000Z'],
    ['2026-10-25T03:30', 'Europe/Lisbon', '2026-10-25T03:30:00.000Z'],
    ['2026-03-10T09:00', 'UTC', '2026-03-10T09:00:00.000Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(instantIn(local, zone)).toBe(instant)
    expect(localIn(instant, zone)).toBe(local)
  })

  it('that is none has no instant', () => expect(instantIn('amanhã', 'UTC')).toBeNull())
})
