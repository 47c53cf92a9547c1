import { describe, expect, test } from 'vitest'
import { createContact, lead, libraryOf, operator, workflowOf } from './testing/contact.ts'

/** The contact after leads; a minute passes between them. */
function afterLeads(reentry: unknown, count: number) {
  const document = {
    ...workflowOf('wf_a', [{ id: 'w', type: 'delay', duration: 'PT9H' }]),
    trigger: { type: 'lead.captured', ...(reentry === undefined ? {} : { reentry }) },
  }
  const contact = createContact(libraryOf(document))
  for (let n = 0; n < count; n += 1) contact.send(lead())
  return contact
}
const runsOf = (contact: ReturnType<typeof createContact>) => contact.state?.runs.length

describe('starting a workflow again', () => {
  test.each([[undefined], ['always']])('is always allowed by %s', (reentry) => {
    expect(runsOf(afterLeads(reentry, 3))).toBe(3)
  })

  test('is never allowed by once, also when the run is over', () => {
    const contact = afterLeads('once', 1)
    contact.send(operator('stop'))
    expect(contact.send(lead()).journal.note).toBe('may_not_start_again')
    expect(runsOf(contact)).toBe(0)
  })

  test('waits for the end of the run by not while running', () => {
    const contact = afterLeads('not while running', 2)
    expect(runsOf(contact)).toBe(1)
    contact.send(operator('stop'))
    contact.send(lead())
    expect(runsOf(contact)).toBe(1)
  })

  test('waits for the cool-down since the last start', () => {
    const contact = afterLeads({ cooldown: 'PT2M' }, 2)
    expect(runsOf(contact)).toBe(1)
    contact.send(lead())
    expect(runsOf(contact)).toBe(2)
  })

  test('is a rule of each workflow by itself, and a refused one takes no run number', () => {
    const once = {
      ...workflowOf('wf_once', [{ id: 'w', type: 'delay', duration: 'PT9H' }]),
      trigger: { type: 'lead.captured', reentry: 'once' },
    }
    const contact = createContact(
      libraryOf(once, workflowOf('wf_more', [{ id: 'w', type: 'delay', duration: 'PT9H' }])),
    )
    contact.send(lead())
    const step = contact.send({ ...lead(), id: 'evt_again' })
    expect(step.runs.map((run) => [run.workflowId, run.id])).toEqual([['wf_more', 'run_again']])
  })
})
