// Who follows what in this process, and what they are told: the full state at once, then after each change.
// Reads are shared by all followers of a topic.

import type { Actor, LiveListener, Runtime } from '../face.ts'
import type { Logger } from '../log.ts'
import { createEditors, type Editors, type EditorsOptions } from './editors.ts'
import type { LiveNotice } from './notice.ts'
import { createRefresher, type Refresher } from './refresher.ts'
import {
  createTopic,
  editorsOf,
  movesOf,
  readTopic,
  type Topic,
  type TopicSource,
} from './topic.ts'

type Live = Runtime['live']

export interface Feed extends Live {
  /** Payload of a notice of what was committed; an empty one stands for notices that are missing. */
  notice(payload: string): void
  /** Payload of a word about people who have a workflow open; an empty one stands for words that are missing. */
  hear(payload: string): void
  /** Notices may have been missed: everybody gets the full state. */
  refreshAll(): void
  stop(): void
}

export interface FeedOptions extends Omit<TopicSource, 'editors'> {
  logger: Logger
  /** Tells every process about people who have a workflow open, this one too. */
  tell: (payload: string) => void
}

/** Creates the feed of one process. */
export function createFeed(options: FeedOptions): Feed {
  const topics = new Map<string, Topic>()
  const editors: Editors = createEditors({ tell: options.tell, ...tellingOf(topics, () => parts) })
  const source: TopicSource = { ...options, editors }
  const refresher: Refresher = createRefresher(source, options.logger)
  const parts = { editors, refresher }

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
      const message = await readTopic(topic, source)
      topic.listeners.add(listener)
      listener(message)
    } finally {
      topic.arriving -= 1
      leave(key, topic)
    }
    if (topic.changes !== changes) refresher.touch(topic)
    if (topic.kind === 'editors') editors.askOnce()
    return () => {
      topic.listeners.delete(listener)
      leave(key, topic)
    }
  }

  function refreshAll(): void {
    for (const topic of topics.values()) refresher.touch(topic)
  }

  return {
    follow,
    here: editors.here,
    gone: editors.gone,
    notice: (payload) => {
      if (topics.size === 0) return
      if (payload === '') return refreshAll()
      handOn(JSON.parse(payload) as LiveNotice, topics, refresher)
    },
    hear: editors.hear,
    refreshAll: () => {
      editors.ask()
      refreshAll()
    },
    stop: () => {
      editors.stop()
      refresher.stop()
      topics.clear()
    },
  }
}

type Topics = ReadonlyMap<string, Topic>

function handOn(
  { tenantId, contacts, workflows, moves, channels }: LiveNotice,
  topics: Topics,
  refresher: Refresher,
): void {
  if (channels) refresher.touch(topics.get(`${tenantId} channels:all`))
  for (const id of contacts) refresher.touch(topics.get(`${tenantId} contact:${id}`))
  for (const id of workflows) {
    const topic = topics.get(`${tenantId} workflow:${id}`)
    refresher.touch(topic)
    const message = topic && movesOf(topic, moves)
    if (topic && message) refresher.tell(topic, message)
  }
}

/** Whoever follows the people of a workflow is told at once: they are all in memory. */
function tellingOf(
  topics: Topics,
  parts: () => { editors: Editors; refresher: Refresher },
): Pick<EditorsOptions, 'onChange' | 'onSaved'> {
  const find = (tenantId: string, id: string) => topics.get(`${tenantId} editors:${id}`)
  return {
    onChange: (tenantId, workflowId) => {
      const topic = find(tenantId, workflowId)
      if (!topic) return
      const { editors, refresher } = parts()
      // Who is just arriving was perhaps told of those of before.
      topic.changes += 1
      refresher.tell(topic, editorsOf(topic, editors))
    },
    onSaved: ({ tenantId, workflowId, saved }) => {
      const topic = find(tenantId, workflowId)
      if (!topic) return
      const message = { type: 'workflow.saved', topic: topic.name, workflowId, ...saved } as const
      parts().refresher.tell(topic, message)
    },
  }
}
