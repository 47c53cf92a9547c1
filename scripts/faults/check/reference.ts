// A small interpreter of the two workflows of a company, written apart from the product: from the events of one
// contact in journal order it says which messages each of them causes.

import { PAUSE_SECONDS } from '../stage/company.ts'
import type { JournalRow } from './evidence.ts'

export interface Expected {
  kind: string
  text: string
}

type Place = 'welcome' | 'purchase' | 'thanks' | 'pause' | 'last' | 'over'

interface Sale {
  name: string
  place: Place
  /** The effect whose end it waits for. */
  effectId: string
  /** Milliseconds since 1970 at which the pause ends; 0 before it began. */
  dueAt: number
}

export interface Conversation {
  sales: Sale[]
  /** Timers that fired before they were due, or once too often. */
  complaints: string[]
  /** How late each timer fired, in milliseconds. */
  lags: number[]
}

export function createConversation(): Conversation {
  return { sales: [], complaints: [], lags: [] }
}

/** What the event causes; the ids of `row.effects` are only kept to know their ends by. */
export function apply(conversation: Conversation, row: JournalRow): Expected[] {
  return REACTIONS[row.type]?.(conversation, row) ?? []
}

type Reaction = (conversation: Conversation, row: JournalRow) => Expected[]

const REACTIONS: Record<string, Reaction> = {
  'lead.captured': start,
  'message.received': (_conversation, row) => [textOf(`Recebido: ${String(row.payload['text'])}`)],
  'purchase.approved': buy,
  'effect.done': done,
  'effect.failed': fail,
  'timer.fired': fire,
}

function textOf(text: string): Expected {
  return { kind: 'whatsapp.send_text', text }
}

function start({ sales }: Conversation, row: JournalRow): Expected[] {
  const name = String(row.payload['name'])
  sales.push({ name, place: 'welcome', effectId: row.effects[0]?.id ?? '', dueAt: 0 })
  return [{ kind: 'whatsapp.send_template', text: `Oi, ${name}!` }]
}

function buy({ sales }: Conversation, row: JournalRow): Expected[] {
  const waiting = sales.filter(({ place }) => place === 'purchase')
  return waiting.map((sale, index) => {
    sale.place = 'thanks'
    sale.effectId = row.effects[index]?.id ?? ''
    return textOf(`Obrigado, ${sale.name}!`)
  })
}

function done({ sales }: Conversation, row: JournalRow): Expected[] {
  const sale = sales.find(({ effectId }) => effectId === row.payload['effectId'])
  if (!sale) return []
  sale.effectId = ''
  if (sale.place === 'welcome') sale.place = 'purchase'
  else if (sale.place === 'last') sale.place = 'over'
  else if (sale.place === 'thanks') {
    sale.place = 'pause'
    sale.dueAt = row.at + PAUSE_SECONDS * 1000
  }
  return []
}

function fail({ sales }: Conversation, row: JournalRow): Expected[] {
  const sale = sales.find(({ effectId }) => effectId === row.payload['effectId'])
  if (sale) sale.place = 'over'
  return []
}

function fire({ sales, complaints, lags }: Conversation, row: JournalRow): Expected[] {
  const sale = sales.find(({ place }) => place === 'pause')
  if (!sale) {
    complaints.push(`a timer fired for ${row.phone} that nobody waited for, seq ${row.seq}`)
    return []
  }
  if (row.at < sale.dueAt)
    complaints.push(`a timer of ${row.phone} fired ${sale.dueAt - row.at} ms early`)
  lags.push(row.at - sale.dueAt)
  sale.place = 'last'
  sale.effectId = row.effects[0]?.id ?? ''
  return [textOf(`Chegou bem, ${sale.name}?`)]
}
