// Who follows what in this process, and what they are told: the full state at once, then after each change.
// Reads are shared by all followers of a topic and made at most ten times a second.

import { FluxoError } from '#machines/contracts/errors.ts'
import type { ServerMessage } from '#machines/contracts/live.ts'
import type { Actor, LiveListener, Runtime } from '../face.ts'
import type { Logger } from '../log.ts'
import type { LiveNotice } from './notice.ts'

const READ_INTERVAL_MS = 100
const JOURNAL_ITEMS = 50

interface Topic {
  actor: Actor
  name: string
  kind: 'workflow' | 'contact'
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

export interface Feed {
  follow: Runtime['live']['follow']
  /** Payload of a notice as it was committed. */
  notice(payload: string): void
  /** Notices may have been missed: everybody gets the full state. */
  refreshAll(): void
  stop(): void
}

export interface FeedOptions {
  workflows: Pick<Runtime['workflows'], 'live'>
  actors: Pick<Runtime['actors'], 'view'>
  logger: Logger
}

/** Creates the feed of one process. */
export function createFeed(options: FeedOptions): Feed {
  const topics = new Map<string, Topic>()
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false

  function leave(key: string, topic: Topic): void {
    const isDeserted = topic.listeners.size === 0 && topic.arriving === 0
    if (isDeserted && topics.get(key) === topic) topics.delete(key)
  }

  function touch(topic: Topic | undefined): void {
    if (!topic) return
    topic.isStale = true
    topic.changes += 1
    if (topic.isBusy || isStopped) return
    topic.isBusy = true
    void refresh(topic)
  }

  function tell(topic: Topic, message: ServerMessage): void {
    for (const listener of topic.listeners) {
      try {
        listener(message)
      } catch (error) {
        options.logger.warn({ err: error, topic: topic.name }, 'a follower could not be told')
      }
    }
  }

  async function refresh(topic: Topic): Promise<void> {
    topic.isStale = false
    try {
      const message = await readTopic(topic, options)
      tell(topic, message)
    } catch (error) {
      options.logger.warn({ err: error, topic: topic.name }, 'a topic could not be read')
    }
    if (isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      topic.isBusy = false
      if (topic.isStale) touch(topic)
    }, READ_INTERVAL_MS)
    timers.add(timer)
  }

  return {
    follow: async (actor, name, listener) => {
      const key = `${actor.tenantId} ${name}`
      const topic = topics.get(key) ?? createTopic(actor, name)
      // Before the read, so that a change during it is heard.
      topics.set(key, topic)
      topic.arriving += 1
      const { changes } = topic
      try {
        const message = await readTopic(topic, options)
        topic.listeners.add(listener)
        listener(message)
      } finally {
        topic.arriving -= 1
        leave(key, topic)
      }
      if (topic.changes !== changes) touch(topic)
      return () => {
        topic.listeners.delete(listener)
        leave(key, topic)
      }
    },
    notice: (payload) => {
      const { tenantId, contacts, workflows, moves } = JSON.parse(payload) as LiveNotice
      for (const id of contacts) touch(topics.get(`${tenantId} contact:${id}`))
      for (const id of workflows) {
        const topic = topics.get(`${tenantId} workflow:${id}`)
        touch(topic)
        const message = topic && movesOf(topic, moves)
        if (topic && message) tell(topic, message)
      }
    },
    refreshAll: () => {
      for (const topic of topics.values()) touch(topic)
    },
    stop: () => {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
      topics.clear()
    },
  }
}

function createTopic(actor: Actor, name: string): Topic {
  const [kind, id] = name.split(':')
  if ((kind !== 'workflow' && kind !== 'contact') || !id) throw new FluxoError('RESOURCE_NOT_FOUND')
  const listeners: Topic['listeners'] = new Set()
  return { actor, name, kind, id, listeners, isBusy: false, isStale: false, changes: 0, arriving: 0 }
}

async function readTopic(topic: Topic, { workflows, actors }: FeedOptions): Promise<ServerMessage> {
  const { actor, id, name } = topic
  if (topic.kind === 'workflow') {
    const live = await workflows.live(actor, id)
    const at = new Date().toISOString()
    return { type: 'workflow.counts', topic: name, workflowId: id, ...live, at }
  }
  const view = await actors.view(actor, id, { limit: JOURNAL_ITEMS })
  return { type: 'contact.stepped', topic: name, contactId: id, actor: view }
}

function movesOf(topic: Topic, moves: LiveNotice['moves']): ServerMessage | null {
  const own = moves.filter((move) => move.workflowId === topic.id)
  if (own.length === 0) return null
  return {
    type: 'workflow.moved',
    topic: topic.name,
    workflowId: topic.id,
    moves: own.map(({ contactId, name, from, to, at }) => ({ contactId, name, from, to, at })),
  }
}
