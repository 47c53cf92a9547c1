// Two contacts that turn out to be one person, by envelopes to both. The source hands its runs over and from then on
// forwards whatever still comes, in order and under the same event id (I2, I3); the target takes them over with their
// timers (I7) and effects (I4). The way back is the same the other way round.

import type { Envelope } from '#machines/contracts/envelope.ts'
import type { JsonObject } from '#machines/contracts/json.ts'
import type { RunState } from '#machines/run/run-state.ts'
import { createDraft, type Draft, stepOf } from './draft.ts'
import type { Library } from './library.ts'
import { clashesOf, earliest, lastChannels, latest } from './merge-rules.ts'
import { isSender } from './route.ts'
import { stop } from './run-steps.ts'
import { type ContactState, createContactState } from './snapshot.ts'
import type { Step, StepNote } from './step.ts'
import { stopRunsOn } from './stop-words.ts'

/** What goes from one actor to the other. */
type Parcel = Pick<
  ContactState,
  | 'runs'
  | 'starts'
  | 'lastInboundAt'
  | 'lastChannelId'
  | 'optOuts'
  | 'handover'
  | 'deferred'
  | 'heard'
  | 'parted'
>

/** Payload of `contact.merging`, for the source. */
export interface MergingPayload {
  mergeId: string
  targetId: string
  /** The envelope that the target waits for; what is handed over becomes its payload. */
  awaited: Envelope
  /** Channels on which the target has an address of its own: the source's window there is not open for it. */
  apart: string[]
}

/** Payload of `contact.absorbed`, for the target, and of `contact.returned`, for the source. */
interface ParcelPayload {
  mergeId: string
  /** The contact that hands it over. */
  from?: string
  parcel: Parcel
}

/** Payload of `contact.parting`, for the target. */
export interface PartingPayload {
  mergeId: string
  sourceId: string
  /** The envelope that the source waits for. */
  awaited: Envelope
  /** Channels whose address goes back, and their windows with it. */
  windows: string[]
  /** Purposes that only the source had agreed to. */
  forget: string[]
}

/** The contact whose actor an envelope is really for; null when it is this one. */
function ownerOf(state: ContactState | null, { type, payload }: Envelope): string | null {
  if (!state) return null
  if (state.merged && type !== 'contact.returned') return state.merged.into
  if (!state.parted) return null
  const { runId, effectId } = payload
  const found = Object.entries(state.parted).find(
    ([id]) => id === runId || isSender({ id }, effectId),
  )
  return found?.[1] ?? null
}

/** More than merges and their ways back can cause while an envelope waits; what is passed on for ever has no owner. */
const MAX_PASSES = 16

/** The Step of an actor that is no longer the one for this envelope; null for nearly all. */
export function forward(
  before: ContactState | null,
  envelope: Envelope,
  context: { now: string; library: Library },
): Step | null {
  const owner = ownerOf(before, envelope)
  const passes = (envelope.passes ?? 0) + 1
  if (!before || owner === null || passes > MAX_PASSES) return null
  const draft = createDraft(before, envelope, context)
  draft.sent = [{ envelope: { ...addressedTo(owner, envelope), passes }, isAwaited: false }]
  return stepOf(draft, 'forwarded')
}

/** What is known of one contact is not what is known of the other. */
function addressedTo(contactId: string, envelope: Envelope): Envelope {
  const { contact: _facts, ...rest } = envelope
  const { contact: _told, ...payload } = envelope.payload
  const isResult = envelope.type === 'effect.done'
  return { ...rest, contact_id: contactId, payload: isResult ? payload : envelope.payload }
}

export function routeMerge(draft: Draft): StepNote {
  const payload = draft.envelope.payload as unknown
  switch (draft.envelope.type) {
    case 'contact.merging':
      return handOver(draft, payload as MergingPayload)
    case 'contact.absorbed':
      return takeOver(draft, payload as ParcelPayload)
    case 'contact.parting':
      return giveBackRuns(draft, payload as PartingPayload)
    default:
      return comeBack(draft, payload as ParcelPayload)
  }
}

function handOver(draft: Draft, { mergeId, targetId, awaited, apart }: MergingPayload): StepNote {
  const { runs, deferred, heard, parted, absorbed, ...state } = draft.state
  const { starts, optOuts, handover } = state
  const inbound = inboundOn(state, (channel) => !apart.includes(channel))
  const standing = { starts, ...inbound, optOuts, handover, runs, deferred }
  send(draft, awaited, {
    mergeId,
    from: draft.envelope.contact_id,
    parcel: { ...standing, ...(heard && { heard }), ...(parted && { parted }) },
  })
  draft.state = {
    ...createContactState(state.contact),
    seq: state.seq,
    starts,
    optOuts,
    ...inboundOn(state, () => true),
    ...(absorbed && { absorbed }),
    ...(parted && { parted }),
    merged: { mergeId, into: targetId },
  }
  return 'merged_away'
}

/** When and where the contact last wrote, on some kinds of channel. */
function inboundOn(
  { lastInboundAt, lastChannelId }: Pick<ContactState, 'lastInboundAt' | 'lastChannelId'>,
  isIn: (channel: string) => boolean,
): Pick<ContactState, 'lastInboundAt' | 'lastChannelId'> {
  return {
    lastInboundAt: only(lastInboundAt, isIn),
    ...(lastChannelId && { lastChannelId: only(lastChannelId, isIn) }),
  }
}

function send(draft: Draft, awaited: Envelope, payload: ParcelPayload): void {
  const envelope = { ...awaited, payload: payload as unknown as JsonObject }
  draft.sent = [{ envelope, isAwaited: true }]
}

/** Whoever opted out of a channel anywhere is off it everywhere; an agent who has either conversation has them both. */
function takeOver(draft: Draft, { mergeId, from, parcel }: ParcelPayload): StepNote {
  const { state, library } = draft
  const clashes = clashesOf(state.runs, parcel.runs, library)
  const runIds = parcel.runs.map(({ id }) => id)
  draft.state = {
    ...withParcel(state, parcel, [draft.envelope.contact_id, from]),
    runs: [...state.runs, ...parcel.runs].toSorted(byStart),
    absorbed: { ...state.absorbed, [mergeId]: runIds },
  }
  for (const { stops } of clashes) stop(draft, stops)
  for (const channel of Object.keys(draft.state.optOuts)) {
    if (state.optOuts[channel] === undefined) stopRunsOn(draft, channel, state.runs)
    if (parcel.optOuts[channel] === undefined) stopRunsOn(draft, channel, parcel.runs)
  }
  draft.merge = { mergeId, status: 'merged', runIds }
  return 'taken_over'
}

function byStart(left: RunState, right: RunState): number {
  return left.startedAt < right.startedAt ? -1 : Number(left.startedAt > right.startedAt)
}

/** `here`: contacts whose envelopes come to this one now, so that none is passed on to them any more. */
function withParcel(
  { parted: _parted, ...state }: ContactState,
  parcel: Parcel,
  here: readonly (string | undefined)[],
): ContactState {
  const heard = { ...parcel.heard, ...state.heard }
  const lastChannelId = lastChannels(state, parcel)
  const isOurs = new Set(parcel.runs.map(({ id }) => id))
  const parted = Object.entries({ ...parcel.parted, ..._parted }).filter(
    ([runId, to]) => !here.includes(to) && !isOurs.has(runId),
  )
  return {
    ...state,
    starts: latest(state.starts, parcel.starts),
    lastInboundAt: latest(state.lastInboundAt, parcel.lastInboundAt),
    ...(lastChannelId && { lastChannelId }),
    optOuts: earliest(state.optOuts, parcel.optOuts),
    handover: parcel.handover === 'agent' ? 'agent' : state.handover,
    deferred: [...state.deferred, ...parcel.deferred],
    ...(Object.keys(heard).length > 0 && { heard }),
    ...(parted.length > 0 && { parted: Object.fromEntries(parted) }),
  }
}

/** Runs that came with the merge and are still under way, with those that they run themselves. */
function absorbedRuns({ runs, absorbed }: ContactState, mergeId: string): RunState[] {
  const ids = new Set(absorbed?.[mergeId])
  for (const { id, parent } of runs) if (parent && ids.has(parent.runId)) ids.add(id)
  return runs.filter(({ id }) => ids.has(id))
}

function giveBackRuns(draft: Draft, told: PartingPayload): StepNote {
  const { mergeId, sourceId, awaited, windows, forget } = told
  const { parted, absorbed, ...state } = draft.state
  const leaving = absorbedRuns(draft.state, mergeId)
  const ids = new Set(leaving.map(({ id }) => id))
  const isTheirs = ({ payload: { runId, effectId } }: Envelope): boolean =>
    (typeof runId === 'string' && ids.has(runId)) || leaving.some((run) => isSender(run, effectId))
  send(draft, awaited, {
    mergeId,
    parcel: {
      runs: leaving,
      starts: {},
      ...inboundOn(state, (channel) => windows.includes(channel)),
      optOuts: state.optOuts,
      handover: state.handover === 'agent' ? 'agent' : 'bot',
      deferred: state.deferred.filter(isTheirs),
    },
  })
  const others = only(absorbed ?? {}, (id) => id !== mergeId)
  const gone = { ...parted, ...Object.fromEntries(leaving.map(({ id }) => [id, sourceId])) }
  draft.state = {
    ...state,
    contact: withoutConsents(state.contact, forget),
    runs: state.runs.filter(({ id }) => !ids.has(id)),
    deferred: state.deferred.filter((envelope) => !isTheirs(envelope)),
    ...(Object.keys(others).length > 0 && { absorbed: others }),
    ...(Object.keys(gone).length > 0 && { parted: gone }),
  }
  return 'given_back'
}

function only<Value>(
  record: Readonly<Record<string, Value>>,
  isIn: (key: string) => boolean,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => isIn(key)))
}

function withoutConsents(
  contact: ContactState['contact'],
  forget: readonly string[],
): ContactState['contact'] {
  const { consents, ...facts } = contact
  const kept = only(consents ?? {}, (purpose) => !forget.includes(purpose))
  return Object.keys(kept).length > 0 ? { ...facts, consents: kept } : facts
}

function comeBack(draft: Draft, { mergeId, parcel }: ParcelPayload): StepNote {
  const { merged: _merged, ...state } = draft.state
  draft.state = {
    ...withParcel(state, parcel, [draft.envelope.contact_id]),
    runs: [...state.runs, ...parcel.runs],
  }
  const runIds = parcel.runs.map(({ id }) => id)
  draft.merge = { mergeId, status: 'undone', runIds }
  return 'merge_undone'
}
