// What a provider says of messages that runs sent. F17: a message goes forward only, and a run hears each of its statuses
// once and in order, whatever the provider repeats, turns round or sends days late.

import type { Envelope } from '#machines/contracts/envelope.ts'
import {
  MESSAGE_STATUS_RANK,
  type MessageStatus,
  type MessageStatusPayload,
} from '#machines/contracts/event.ts'
import type { Draft } from './draft.ts'
import { routeForRuns } from './handover.ts'
import { isSender } from './route.ts'
import type { StepNote } from './step.ts'

/** Messages whose progress is remembered; older ones are judged by the rank that came with the status. */
const MAX_HEARD = 16
/** What is read was delivered, and what was delivered was sent. */
const WAY = ['sent', 'delivered', 'read'] as const satisfies MessageStatus[]

/** Tells the run that sent the message what is new of it. */
export function routeStatus(draft: Draft): StepNote | null {
  const { envelope } = draft
  const payload = envelope.payload as unknown as MessageStatusPayload
  if (!draft.state.runs.some((run) => isSender(run, payload.effectId))) return 'status_noted'
  const news = newsOf(payload, draft.state.heard ?? {})
  if (news.length === 0) return 'status_noted'
  remember(draft, payload)
  const notes = news.map((status) => routeForRuns(draft, statusEvent(envelope, status)))
  if (notes.includes(null)) return null
  return notes.includes('kept_for_later') ? 'kept_for_later' : 'status_noted'
}

/** What a status tells a run, as far as the rank that came along says; for histories. */
export function statusEventsIn(envelope: Envelope): Envelope[] {
  const payload = envelope.payload as unknown as MessageStatusPayload
  return newsOf(payload, {}).map((status) => statusEvent(envelope, status))
}

function newsOf(
  { status, messageId, previousRank = 0 }: MessageStatusPayload,
  heard: Readonly<Record<string, number>>,
): MessageStatus[] {
  const known = Math.max(
    previousRank,
    Object.hasOwn(heard, messageId) ? (heard[messageId] ?? 0) : 0,
  )
  const rank = MESSAGE_STATUS_RANK[status]
  if (rank <= known) return []
  if (status === 'failed') return ['failed']
  return WAY.filter(
    (step) => MESSAGE_STATUS_RANK[step] > known && MESSAGE_STATUS_RANK[step] <= rank,
  )
}

function remember(draft: Draft, { messageId, status }: MessageStatusPayload): void {
  const { [messageId]: _before, ...others } = draft.state.heard ?? {}
  const entries = [...Object.entries(others), [messageId, MESSAGE_STATUS_RANK[status]] as const]
  draft.state = { ...draft.state, heard: Object.fromEntries(entries.slice(-MAX_HEARD)) }
}

function statusEvent(envelope: Envelope, status: MessageStatus): Envelope {
  const { previousRank: _rank, ...payload } = envelope.payload
  return { ...envelope, type: `message.${status}`, payload: { ...payload, status } }
}
