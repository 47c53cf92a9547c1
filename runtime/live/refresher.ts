// Reads topics that changed, at most ten times a second each, and tells their followers.

import type { ServerMessage } from '#machines/contracts/live.ts'
import type { Logger } from '../log.ts'
import { readTopic, type Topic, type TopicSource } from './topic.ts'

const READ_INTERVAL_MS = 100

export interface Refresher {
  /** Something changed: the topic is read soon, also when a read is under way. */
  touch(topic: Topic | undefined): void
  /** Tells every follower, also when one of them throws. */
  tell(topic: Topic, message: ServerMessage): void
  stop(): void
}

export function createRefresher(source: TopicSource, logger: Logger): Refresher {
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false

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
        logger.warn({ err: error, topic: topic.name }, 'a follower could not be told')
      }
    }
  }

  async function refresh(topic: Topic): Promise<void> {
    topic.isStale = false
    try {
      tell(topic, await readTopic(topic, source))
    } catch (error) {
      logger.warn({ err: error, topic: topic.name }, 'a topic could not be read')
    }
    if (isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      topic.isBusy = false
      if (topic.isStale) touch(topic)
    }, READ_INTERVAL_MS)
    timers.add(timer)
  }

  const stop = (): void => {
    isStopped = true
    for (const timer of timers) clearTimeout(timer)
  }
  return { touch, tell, stop }
}
