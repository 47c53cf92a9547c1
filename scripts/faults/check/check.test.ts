// The checker is checked: a history in which all went well passes, and each way of spoiling it is found.

import { describe, expect, it } from 'vitest'
import type { HistoryRecord, Input, InputKind } from '../history.ts'
import { check } from './check.ts'
import type { Case, Dump, JournalRow } from './evidence.ts'

const HOUR = 1_000_000
const CONTACTS = 4
const MESSAGES = 3

interface World {
  history: HistoryRecord[]
  dump: Dump
  windows: Case['windows'][number][]
}

const phoneOf = (contact: number): string => `+55119001${String(contact).padStart(5, '0')}`
const tenantOf = (contact: number): string => (contact % 2 === 0 ? 'tnt_even' : 'tnt_odd')

/** Every contact sends a lead, three messages and a purchase, and everything comes of it that must. */
function createWorld(): World {
  const world: World = {
    history: [],
    dump: {
      journal: [],
      events: new Map(),
      mailbox: [],
      outbox: [],
      deadLetters: [],
      overdueTimers: 0,
      policies: new Map([
        ['tnt_even', 'retry'],
        ['tnt_odd', 'hold'],
      ]),
    },
    windows: [],
  }
  for (let contact = 1; contact <= CONTACTS; contact++) addContact(world, contact)
  world.history.sort((left, right) => left.t - right.t)
  return world
}

function addContact({ history, dump }: World, contact: number): void {
  const name = `C1x${contact}`
  const base = { tenantId: tenantOf(contact), phone: phoneOf(contact) }
  let t = contact * 10
  let seq = 0
  const row = (type: string, payload: object, texts: string[] = []): JournalRow => {
    seq += 1
    const effects = texts.map((text, index) => ({
      id: `eff_${contact}_${seq}_${index}`,
      kind: text.startsWith('Oi, ') ? 'whatsapp.send_template' : 'whatsapp.send_text',
      text,
    }))
    const eventId = `evt_${contact}_${seq}`
    const rest = { contactId: `cnt_${contact}`, seq, at: HOUR + t, eventId, type, effects }
    const made: JournalRow = { ...base, ...rest, payload: payload as Record<string, unknown> }
    dump.journal.push(made)
    for (const { id, text } of effects) {
      t += 5
      const arrival = { type: 'arrival', effectId: id, ...base, text, status: 200 } as const
      history.push({ t, ...arrival, isAccepted: true, from: 'worker-1' })
    }
    return made
  }
  const send = (kind: InputKind, mark: string, token: string, then: () => JournalRow): void => {
    const input: Input = { key: `fk.1.${contact}.${mark}`, kind, ...base, token }
    t += 10
    history.push({ t, type: 'invoke', ...input })
    t += 3
    const { eventId } = then()
    history.push({ t, type: 'ok', key: input.key, attempt: 1, status: 200, ms: 3, eventId })
    dump.events.set(input.key, [eventId])
    t += 10
  }
  const done = (of: JournalRow): void => {
    t += 5
    row('effect.done', { effectId: of.effects[0]?.id })
  }
  send('lead', 'l', name, () => {
    const lead = row('lead.captured', { name }, [`Oi, ${name}!`])
    done(lead)
    return lead
  })
  for (let index = 0; index < MESSAGES; index++) {
    const token = `${name}-${index}`
    send('message', `m${index}`, token, () => {
      const message = row('message.received', { text: token }, [`Recebido: ${token}`])
      done(message)
      return message
    })
  }
  send('purchase', 'p', name, () => {
    const purchase = row('purchase.approved', {}, [`Obrigado, ${name}!`])
    done(purchase)
    return purchase
  })
  t += 2_100
  done(row('timer.fired', {}, [`Chegou bem, ${name}?`]))
}

function judge(world: World, allow = { uncertain: false, dead: false }) {
  const unsure = new Set<string>()
  const given: Case = { ...world, unsure, maxDelayMs: 1_000, patience: 1, allow }
  return check(given, { from: 0, to: 10_000 })
}

const checksOf = (world: World, allow?: Case['allow']): string[] =>
  [...new Set(judge(world, allow).violations.map((violation) => violation.check))].sort()

const rowsOf = ({ dump }: World, contact: number): JournalRow[] =>
  dump.journal.filter(({ contactId }) => contactId === `cnt_${contact}`)

const arrivalOf = ({ history }: World, text: string) => {
  const found = history.find((record) => record.type === 'arrival' && record.text === text)
  if (found?.type !== 'arrival') throw new Error(`no arrival of ${text}`)
  return found
}

describe('the checker', () => {
  it('finds nothing in a history in which all went well', () => {
    const verdict = judge(createWorld())
    expect(verdict.violations).toEqual([])
    expect(verdict).toMatchObject({ events: 20, effects: { caused: 24, accepted: 24 } })
    expect(verdict.longestDelayMs).toBeLessThan(50)
  })

  it('finds a lost event, one that is there twice, and one that was answered and is elsewhere', () => {
    const lost = createWorld()
    const event = rowsOf(lost, 1).find(({ type }) => type === 'message.received')
    lost.dump.journal = lost.dump.journal.filter((row) => row !== event)
    expect(checksOf(lost)).toContain('C1')

    const twice = createWorld()
    twice.dump.journal.push({ ...rowsOf(twice, 1)[2]!, seq: 99 })
    expect(checksOf(twice)).toContain('C1')

    const replaced = createWorld()
    replaced.dump.events.set('fk.1.1.m0', ['evt_other'])
    expect(checksOf(replaced)).toContain('C1')
  })

  it('finds an effect that was not caused, not sent, or caused twice', () => {
    const uncaused = createWorld()
    rowsOf(uncaused, 2)[0]!.effects = []
    expect(checksOf(uncaused)).toContain('C2')

    const unsent = createWorld()
    unsent.history = unsent.history.filter(
      (record) => record.type !== 'arrival' || record.text !== 'Oi, C1x2!',
    )
    expect(checksOf(unsent)).toEqual(['C2'])

    const again = createWorld()
    const [first] = rowsOf(again, 2)
    first!.effects.push(first!.effects[0]!)
    expect(checksOf(again)).toContain('C2')
  })

  it('finds an effect that was accepted twice, unless nobody knew of it and the policy is to retry', () => {
    const doubled = (contact: number): World => {
      const world = createWorld()
      const arrival = arrivalOf(world, `Oi, C1x${contact}!`)
      world.history.push({ ...arrival, t: arrival.t + 400 })
      world.windows.push({ from: arrival.t - 10, to: arrival.t + 10 })
      return world
    }
    const uncertain = { uncertain: true, dead: false }
    expect(checksOf(doubled(2))).toEqual(['C2'])
    expect(checksOf(doubled(2), uncertain)).toEqual([])
    expect(judge(doubled(2), uncertain).effects.doubled).toBe(1)
    expect(checksOf(doubled(1), uncertain)).toEqual(['C2'])
    const calm = { ...doubled(2), windows: [{ from: 9_000, to: 9_001 }] }
    expect(checksOf(calm, uncertain)).toEqual(['C2'])
  })

  it('finds events applied and messages received in another order', () => {
    const applied = createWorld()
    const messages = rowsOf(applied, 3).filter(({ type }) => type === 'message.received')
    const [one, , three] = messages
    const seq = one!.seq
    one!.seq = three!.seq
    three!.seq = seq
    applied.dump.journal.sort((left, right) => left.seq - right.seq)
    expect(checksOf(applied)).toContain('C3')

    const received = createWorld()
    const [earlier, later] = [
      arrivalOf(received, 'Recebido: C1x3-0'),
      arrivalOf(received, 'Recebido: C1x3-1'),
    ]
    const at = earlier.t
    earlier.t = later.t
    later.t = at
    expect(checksOf(received)).toEqual(['C3'])
  })

  it('finds a timer that fires early, and one that fires twice', () => {
    const early = createWorld()
    const fired = rowsOf(early, 4).find(({ type }) => type === 'timer.fired')!
    fired.at -= 200
    expect(checksOf(early)).toEqual(['C4'])

    const twice = createWorld()
    const rows = rowsOf(twice, 4)
    const last = rows.find(({ type }) => type === 'timer.fired')!
    twice.dump.journal.push({ ...last, seq: rows.length + 1, eventId: 'evt_again', effects: [] })
    expect(checksOf(twice)).toEqual(['C4'])
  })

  it('finds phantoms: at the provider, and in the journal', () => {
    const sent = createWorld()
    sent.history.push({ ...arrivalOf(sent, 'Oi, C1x1!'), effectId: 'eff_of_nobody' })
    expect(checksOf(sent)).toEqual(['C5'])

    const changed = createWorld()
    arrivalOf(changed, 'Recebido: C1x1-1').text = 'Recebido: C1x2-1'
    expect(checksOf(changed)).toContain('C5')

    const invented = createWorld()
    const rows = rowsOf(invented, 1)
    const text = 'Recebido: C1x1-9'
    const effects = [{ id: 'eff_9', kind: 'whatsapp.send_text', text }]
    const seq = rows.length + 1
    invented.dump.journal.push({
      ...rows[2]!,
      seq,
      eventId: 'evt_9',
      payload: { text: 'C1x1-9' },
      effects,
    })
    invented.history.push({
      ...arrivalOf(invented, 'Recebido: C1x1-0'),
      t: 9_000,
      effectId: 'eff_9',
      text,
    })
    expect(checksOf(invented)).toEqual(['C5'])
  })

  it('finds what did not come to its end', () => {
    const mail = createWorld()
    mail.dump.mailbox.push({ eventId: 'evt_x', isHeld: false, isParked: false })
    expect(checksOf(mail)).toEqual(['C6'])

    const open = createWorld()
    const [row] = rowsOf(open, 1)
    const effectId = row!.effects[0]!.id
    open.dump.outbox.push({ tenantId: 'tnt_odd', effectId, status: 'sending', isBehindHeld: false })
    expect(checksOf(open)).toEqual(['C6'])

    const due = createWorld()
    due.dump.overdueTimers = 1
    expect(checksOf(due)).toEqual(['C6'])

    const late = createWorld()
    arrivalOf(late, 'Obrigado, C1x1!').t += 1_500
    expect(checksOf(late)).toContain('C6')

    const refused = createWorld()
    refused.history = refused.history.map((record) =>
      record.type === 'ok' && record.key === 'fk.1.4.p'
        ? { t: record.t, type: 'fail', key: record.key, attempt: 1, status: 503, ms: 3 }
        : record,
    )
    expect(checksOf(refused)).toContain('C6')
  })

  it('finds what crosses from one company to another', () => {
    const sent = createWorld()
    arrivalOf(sent, 'Oi, C1x1!').tenantId = 'tnt_even'
    expect(checksOf(sent)).toEqual(['C7'])

    const applied = createWorld()
    for (const row of rowsOf(applied, 1)) row.tenantId = 'tnt_even'
    expect(checksOf(applied)).toContain('C7')
  })

  it('finds a run in which little was taken between the faults', () => {
    const slow = createWorld()
    for (const record of slow.history) if (record.type === 'ok') record.t += 5_000
    expect(checksOf(slow)).toContain('C9')
  })
})
