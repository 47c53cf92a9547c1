import { describe, expect, test } from 'vitest'
import {
  ANA,
  createContact,
  doneOf,
  lead,
  libraryOf,
  message,
  workflowOf,
} from './testing/contact.ts'

const EMPTY = libraryOf()
const consent = (verb: string, purpose: unknown = 'marketing') => ({
  type: `consent.${verb}`,
  payload: { purpose } as never,
})

describe('what the contact agreed to', () => {
  test('is given and taken back by events, and facts that do not speak of it leave it', () => {
    const contact = createContact(EMPTY)
    contact.send(lead())
    expect(contact.state?.contact).toEqual(ANA)
    contact.send(consent('granted'))
    contact.send(consent('granted', 'news'))
    contact.send(consent('revoked'))
    contact.send({ type: 'contact.updated', contact: { ...ANA, name: 'Ana Maria' } })
    expect(contact.state?.contact).toEqual({
      ...ANA,
      name: 'Ana Maria',
      consents: { marketing: false, news: true },
    })
  })

  test('comes with facts too, and the latest word holds', () => {
    const contact = createContact(EMPTY)
    const knowing = (consents: Record<string, boolean>) => ({ ...ANA, consents })
    contact.send({ ...message('oi'), contact: knowing({ marketing: true, news: true }) })
    contact.send({ ...message('oi'), contact: knowing({ marketing: false }) })
    expect(contact.state?.contact.consents).toEqual({ marketing: false, news: true })
  })

  test('by an event that brings older facts is what the event says', () => {
    const contact = createContact(EMPTY)
    contact.send({ ...consent('revoked'), contact: { ...ANA, consents: { marketing: true } } })
    expect(contact.state?.contact.consents).toEqual({ marketing: false })
  })

  test.each([[undefined], [7], ['Marketing!'], ['__proto__'], [{ a: 1 }]])(
    'is not said by an event whose purpose is %j',
    (purpose) => {
      const contact = createContact(EMPTY)
      contact.send({ type: 'consent.granted', payload: { purpose } as never })
      expect(contact.state?.contact.consents).toBeUndefined()
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    },
  )

  test('decides inside the very Step that tells of it', () => {
    const library = libraryOf({
      ...workflowOf('wf_a', [
        { id: 'hi', type: 'email.send_template', template: 't', purpose: 'marketing' },
      ]),
      trigger: { type: 'event', event: 'consent.granted' },
    })
    const contact = createContact(library)
    const step = contact.send(consent('granted'))
    expect(step.effects).toMatchObject([{ nodeId: 'hi' }])
    contact.send(doneOf(step.effects[0]))
    expect(contact.state?.runs).toEqual([])
  })
})
