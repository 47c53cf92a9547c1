// Who follows what in this process, and what they are told: the full state at once, then after each change.
// Reads are shared by all followers of a topic.

import type { Actor, LiveListener, Runtime } from '../face.ts'
import type { Logger } from '../log.ts'
import type { LiveNotice } from './notice.ts'
import { createRefresher } from './refresher.ts'
import { createTopic, movesOf, readTopic, type Topic, type TopicSource } from './topic.ts'

export interface Feed {
  follow: Runtime['live']['follow']
  /** Payload of a notice of what was committed; an empty one stands for notices that are missing. */
  notice(payload: string): void
  /** Notices may have been missed: everybody gets the full state. */
  refreshAll(): void
  stop(): void
}

export interface FeedOptions extends TopicSource {
  logger: Logger
}

/** Creates the feed of one process. */
export function createFeed(options: FeedOptions): Feed {
  const topics = new Map<string, Topic>()
  const refresher = createRefresher(options, options.logger)

  function leave(key: string, topic: Topic): void {
    const isDeserted = topic.listeners.size === 0 && topic.arriving === 0
    if (isDeserted && topics.get(key) === topic) topics.delete(key)
  }

  async function follow(actor: Actor, name: string, listener: LiveListener): Promise<() => void> {
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
    if (topic.changes !== changes) refresher.touch(topic)
    return () => {
      topic.listeners.delete(listener)
      leave(key, topic)
    }
  }

  function refreshAll(): void {
    for (const topic of topics.values()) refresher.touch(topic)
  }

  function notice(payload: string): void {
    if (topics.size === 0) return
    if (payload === '') return refreshAll()
    const { tenantId, contacts, workflows, moves, channels } = JSON.parse(payload) as LiveNotice
    if (channels) refresher.touch(topics.get(`${tenantId} channels:all`))
    for (const id of contacts) refresher.touch(topics.get(`${tenantId} contact:${id}`))
    for (const id of workflows) {
      const topic = topics.get(`${tenantId} workflow:${id}`)
      refresher.touch(topic)
      const message = topic && movesOf(topic, moves)
      if (topic && message) refresher.tell(topic, message)
    }
  }

  return {
    follow,
    notice,
    refreshAll,
    stop: () => {
      refresher.stop()
      topics.clear()
    },
  }
}
