// A topic of one tenant that somebody in this process follows, and what is read and said of it.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { ServerMessage } from '#machines/contracts/live.ts'
import type { Actor, LiveListener, Runtime } from '../face.ts'
import type { Editors } from './editors.ts'
import type { LiveNotice } from './notice.ts'

const JOURNAL_ITEMS = 50

const KINDS = ['workflow', 'contact', 'editors', 'channels'] as const

export interface Topic {
  actor: Actor
  name: string
  kind: (typeof KINDS)[number]
  id: string
  listeners: Set<LiveListener>
  /** A read is planned or under way. */
  isBusy: boolean
  /** Something changed since the last read began. */
  isStale: boolean
  /** Changes heard of so far; tells a new follower's first read whether it was overtaken. */
  changes: number
  /** Followers whose first read is under way. */
  arriving: number
}

export interface TopicSource {
  workflows: Pick<Runtime['workflows'], 'live'>
  actors: Pick<Runtime['actors'], 'view'>
  editors: Pick<Editors, 'peopleIn'>
}

/** @throws {FluxoError} RESOURCE_NOT_FOUND for a name that is no topic's */
export function createTopic(actor: Actor, name: string): Topic {
  const [word, id] = name.split(':')
  const kind = KINDS.find((known) => known === word)
  if (!kind || !id || (kind === 'channels' && id !== 'all'))
    throw new FluxoError('RESOURCE_NOT_FOUND')
  const state = { isBusy: false, isStale: false, changes: 0, arriving: 0 }
  return { actor, name, kind, id, listeners: new Set(), ...state }
}

/** The full state of a topic, as its followers are told. */
export async function readTopic(
  topic: Topic,
  { workflows, actors, editors }: TopicSource,
): Promise<ServerMessage> {
  const { actor, id, name } = topic
  if (topic.kind === 'channels')
    return { type: 'channels.changed', topic: name, at: new Date().toISOString() }
  if (topic.kind === 'editors') {
    // Shows that the workflow is the tenant's (I9).
    await workflows.live(actor, id)
    return editorsOf(topic, editors)
  }
  if (topic.kind === 'workflow') {
    const live = await workflows.live(actor, id)
    const at = new Date().toISOString()
    return { type: 'workflow.counts', topic: name, workflowId: id, ...live, at }
  }
  const view = await actors.view(actor, id, { limit: JOURNAL_ITEMS })
  return { type: 'contact.stepped', topic: name, contactId: id, actor: view }
}

/** Everybody who has the topic's workflow open. */
export function editorsOf(
  { actor, id, name }: Topic,
  editors: TopicSource['editors'],
): ServerMessage {
  const people = editors.peopleIn(actor.tenantId, id)
  return { type: 'workflow.editors', topic: name, workflowId: id, people }
}

/** The moves of a notice that concern the topic's workflow; null when there are none. */
export function movesOf(topic: Topic, moves: LiveNotice['moves']): ServerMessage | null {
  const own = moves.filter((move) => move.workflowId === topic.id)
  if (own.length === 0) return null
  return {
    type: 'workflow.moved',
    topic: topic.name,
    workflowId: topic.id,
    moves: own.map(({ contactId, name, from, to, at }) => ({ contactId, name, from, to, at })),
  }
}
