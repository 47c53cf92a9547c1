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

  function touch(topic: Topic | undefined): void {
    if (!topic) return
    topic.isStale = true
    if (topic.isBusy) return
    topic.isBusy = true
    void refresh(topic)
  }

  async function refresh(topic: Topic): Promise<void> {
    topic.isStale = false
    try {
      const message = await readTopic(topic, options)
      for (const listener of topic.listeners) listener(message)
    } catch (error) {
      options.logger.warn({ err: error, topic: topic.name }, 'a topic could not be read')
    }
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
      const message = await readTopic(topic, options)
      topics.set(key, topic)
      topic.listeners.add(listener)
      listener(message)
      return () => {
        topic.listeners.delete(listener)
        if (topic.listeners.size === 0) topics.delete(key)
      }
    },
    notice: (payload) => {
      const { tenantId, contacts, workflows, moves } = JSON.parse(payload) as LiveNotice
      for (const id of contacts) touch(topics.get(`${tenantId} contact:${id}`))
      for (const id of workflows) {
        const topic = topics.get(`${tenantId} workflow:${id}`)
        touch(topic)
        tellMoves(topic, moves)
      }
    },
    refreshAll: () => {
      for (const topic of topics.values()) touch(topic)
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer)
      topics.clear()
    },
  }
}

function createTopic(actor: Actor, name: string): Topic {
  const [kind, id] = name.split(':')
  if ((kind !== 'workflow' && kind !== 'contact') || !id) throw new FluxoError('RESOURCE_NOT_FOUND')
  return { actor, name, kind, id, listeners: new Set(), isBusy: false, isStale: false }
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

function tellMoves(topic: Topic | undefined, moves: LiveNotice['moves']): void {
  if (!topic) return
  const own = moves.filter((move) => move.workflowId === topic.id)
  if (own.length === 0) return
  const message: ServerMessage = {
    type: 'workflow.moved',
    topic: topic.name,
    workflowId: topic.id,
    moves: own.map(({ contactId, name, from, to, at }) => ({ contactId, name, from, to, at })),
  }
  for (const listener of topic.listeners) listener(message)
}
