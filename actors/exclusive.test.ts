import { describe, expect, test } from 'vitest'
import { createContact, lead, libraryOf, operator, workflowOf } from './testing/contact.ts'

const WAIT = [{ id: 'w', type: 'delay', duration: 'P1D' }]
const SALES = { exclusive: 'vendas' }
const on = (id: string, event: string, more: object = {}) => ({
  ...workflowOf(id, WAIT),
  trigger: { type: 'event', event, ...more },
})
const runsOf = (contact: ReturnType<typeof createContact>) =>
  contact.state?.runs.map((run) => run.workflowId)

describe('a group of workflows', () => {
  const library = libraryOf(
    on('wf_low', 'low.came', { ...SALES, priority: -1 }),
    on('wf_mid', 'mid.came', SALES),
    on('wf_high', 'high.came', { ...SALES, priority: 5 }),
    on('wf_free', 'mid.came'),
    on('wf_other', 'high.came', { exclusive: 'suporte' }),
  )

  test('gives way to a start of higher priority, and others go on', () => {
    const contact = createContact(library)
    contact.send({ type: 'mid.came' })
    expect(runsOf(contact)).toEqual(['wf_mid', 'wf_free'])
    const step = contact.send({ type: 'high.came' })
    expect(step.runs).toMatchObject([
      { workflowId: 'wf_mid', status: 'stopped' },
      { workflowId: 'wf_high', isNew: true, id: 'run_0002' },
      { workflowId: 'wf_other', isNew: true, id: 'run_0002_1' },
    ])
    expect(step.timersCleared).toMatchObject([{ runId: 'run_0001' }])
    expect(runsOf(contact)).toEqual(['wf_free', 'wf_high', 'wf_other'])
  })

  test('keeps out a start of lower or of the same priority, which is told', () => {
    const contact = createContact(library)
    contact.send({ type: 'mid.came' })
    const starts = contact.state?.starts
    expect(contact.send({ type: 'low.came' })).toMatchObject({
      runs: [],
      state: { starts },
      journal: { note: 'exclusive_group_busy' },
    })
    expect(contact.send({ type: 'mid.came' }).runs).toMatchObject([{ workflowId: 'wf_free' }])
    contact.send(operator('stop', 'run_0001'))
    expect(contact.send({ type: 'low.came' }).runs).toMatchObject([{ workflowId: 'wf_low' }])
  })

  test('of several that one event starts takes the first of highest priority only', () => {
    const contact = createContact(
      libraryOf(
        workflowOf('wf_a', WAIT, SALES),
        workflowOf('wf_b', WAIT, { ...SALES, priority: 3 }),
        workflowOf('wf_c', WAIT, { ...SALES, priority: 3 }),
        workflowOf('wf_d', WAIT),
      ),
    )
    expect(contact.send(lead()).runs.map((run) => run.workflowId)).toEqual(['wf_b', 'wf_d'])
    expect(contact.send(lead()).runs.map((run) => run.workflowId)).toEqual(['wf_d'])
  })

  test('is not left by a workflow that may not start again, so that another may', () => {
    const contact = createContact(
      libraryOf(
        workflowOf('wf_once', WAIT, { ...SALES, priority: 9, reentry: 'once' }),
        workflowOf('wf_next', WAIT, SALES),
      ),
    )
    contact.send(lead())
    contact.send(operator('stop'))
    expect(contact.send(lead()).runs.map((run) => run.workflowId)).toEqual(['wf_next'])
  })
})
