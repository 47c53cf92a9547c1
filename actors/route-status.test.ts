import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MESSAGE_STATUS_EVENTS,
  MESSAGE_STATUS_RANK,
  type MessageStatus,
} from '#machines/contracts/event.ts'
import {
  createContact,
  doneOf,
  type Incoming,
  lead,
  libraryOf,
  operator,
  giveBack,
  type TestContact,
  workflowOf,
} from './testing/contact.ts'

/** Sends, then notes every status that it hears of its message, in order. */
const HEARING = workflowOf('wf_hearing', [
  { id: 'send', type: 'whatsapp.send_text', text: 'Oi' },
  {
    id: 'hear',
    type: 'wait.for.event',
    timeout: 'P30D',
    timeoutNext: null,
    events: MESSAGE_STATUS_EVENTS.map((event) => ({ event, next: 'note' })),
  },
  {
    id: 'note',
    type: 'set.variable',
    set: { heard: '{{heard}}{{hear.status}} ' },
    next: 'hear',
  },
])
/** Waits for what only messages of others say. */
const SILENT = workflowOf('wf_silent', [
  { id: 'wait', type: 'wait.for.event', event: 'message.read', timeout: 'P30D' },
])

type Status = Exclude<MessageStatus, 'queued' | 'accepted'>
const STATUSES = ['sent', 'delivered', 'read', 'failed'] as const satisfies Status[]

function hearing(): { contact: TestContact; effectId: string } {
  const contact = createContact(libraryOf(HEARING, SILENT))
  const [effect] = contact.send(lead()).effects
  contact.send(doneOf(effect))
  return { contact, effectId: effect?.id ?? '' }
}

const statusOf = (
  effectId: string,
  status: Status,
  more: { previousRank?: number; messageId?: string } = {},
): Incoming => ({
  type: 'message.status',
  payload: { channel: 'whatsapp', messageId: 'msg_1', effectId, status, error: null, ...more },
})

const heardBy = ({ state }: TestContact): string[] => {
  const run = state?.runs.find(({ workflowId }) => workflowId === 'wf_hearing')
  const heard = run?.snapshot.context.vars['heard']
  return typeof heard === 'string' ? heard.trim().split(' ') : []
}

/** What a run has to hear, whatever the order: all up to the highest, or up to where it failed. */
function expected(given: readonly Status[]): Status[] {
  let rank = 0
  return given.flatMap((status) => {
    const before = rank
    rank = Math.max(rank, MESSAGE_STATUS_RANK[status])
    if (rank === before) return []
    if (status === 'failed') return [status]
    return STATUSES.slice(0, 3).filter(
      (step) => MESSAGE_STATUS_RANK[step] > before && MESSAGE_STATUS_RANK[step] <= rank,
    )
  })
}

describe('F17: a run hears of its message', () => {
  test('each status once and in order, whatever is repeated, reversed or late', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STATUSES), { maxLength: 12 }), (given) => {
        const { contact, effectId } = hearing()
        for (const status of given) contact.send(statusOf(effectId, status))
        expect(heardBy(contact)).toEqual(expected(given))
      }),
      { numRuns: 60 },
    )
  })

  test('the same when the rank that came along is all that is remembered', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STATUSES), { maxLength: 8 }), (given) => {
        const { contact, effectId } = hearing()
        let previousRank = 1
        for (const status of given) {
          contact.send(statusOf(effectId, status, { previousRank }))
          previousRank = Math.max(previousRank, MESSAGE_STATUS_RANK[status])
          if (contact.state) delete contact.state.heard
        }
        expect(heardBy(contact)).toEqual(expected(given))
      }),
      { numRuns: 40 },
    )
  })

  test('what was skipped before what is new: read was delivered, and delivered was sent', () => {
    const { contact, effectId } = hearing()
    contact.send(statusOf(effectId, 'read'))
    expect(heardBy(contact)).toEqual(['sent', 'delivered', 'read'])
    expect(contact.send(statusOf(effectId, 'delivered')).journal.note).toBe('status_noted')
    expect(heardBy(contact)).toEqual(['sent', 'delivered', 'read'])
  })

  test('and nobody of a message that another run sent', () => {
    const { contact, effectId } = hearing()
    contact.send(statusOf(effectId, 'read'))
    expect(contact.state?.runs.find(({ workflowId }) => workflowId === 'wf_silent')?.state).toBe(
      'wait',
    )
    expect(contact.send(statusOf('eff_9999_1', 'read', { messageId: 'msg_2' })).journal.note).toBe(
      'status_noted',
    )
    expect(heardBy(contact)).toEqual(['sent', 'delivered', 'read'])
  })

  test('when the agent gives the conversation back, once', () => {
    const { contact, effectId } = hearing()
    contact.send(operator('take'))
    expect(contact.send(statusOf(effectId, 'delivered')).journal.note).toBe('kept_for_later')
    contact.send(statusOf(effectId, 'delivered'))
    expect(heardBy(contact)).toEqual([])
    contact.send(giveBack())
    expect(heardBy(contact)).toEqual(['sent', 'delivered'])
  })
})

test('only so many messages are remembered', () => {
  const { contact, effectId } = hearing()
  for (let n = 0; n < 40; n++) contact.send(statusOf(effectId, 'sent', { messageId: `msg_${n}` }))
  expect(Object.keys(contact.state?.heard ?? {})).toEqual(
    Array.from({ length: 16 }, (_, n) => `msg_${24 + n}`),
  )
})

test('a contact whose runs sent nothing remembers nothing', () => {
  const contact = createContact(libraryOf(SILENT))
  contact.send(lead())
  const step = contact.send(statusOf('eff_0000_1', 'read'))
  expect(step.journal.note).toBe('status_noted')
  expect(step.state).not.toHaveProperty('heard')
})

test('what a child run sent concerns the run that runs it', () => {
  const child = workflowOf('wf_child', [{ id: 'say', type: 'whatsapp.send_text', text: 'Oi' }])
  const parent = workflowOf('wf_parent', [
    { id: 'call', type: 'subflow', workflow: 'wf_child' },
    { id: 'hear', type: 'wait.for.event', event: 'message.read', timeout: 'P1D' },
  ])
  const contact = createContact({ ...libraryOf(parent, { ...child, trigger: { type: 'manual' } }) })
  const [effect] = contact.send(lead()).effects
  contact.send(doneOf(effect))
  expect(contact.state?.runs[0]?.state).toBe('hear')
  contact.send(statusOf(effect?.id ?? '', 'read'))
  expect(contact.state?.runs).toEqual([])
})
